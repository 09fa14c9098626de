import { AppError } from "../errors"

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g

/**
 * JSON.parse that refuses an object with the same key twice: two readers of such a text can each see another
 * value. Throws bad_request.
 */
export function parseJson(text: string): unknown {
  const value = parse(text)
  const open: (Set<string> | null)[] = []
  let latest = ""
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set())
    else if (token === "[") open.push(null)
    else if (token === "}" || token === "]") open.pop()
    else if (token === ":") addKey(open.at(-1), JSON.parse(latest))
    else latest = token
  }
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid JSON.", { cause })
  }
}

function addKey(keys: Set<string> | null | undefined, key: string): void {
  if (keys?.has(key)) throw new AppError("bad_request", "The body has the same key twice.")
  keys?.add(key)
}
