import { seconds } from "../duration"
import { AppError } from "../errors"
import { parseJson } from "./strict-json"

export const BODY_BYTES_MAX = 64 * 1024
const BODY_WAIT = seconds(10)

/**
 * The request's JSON, counted while it comes in; undefined when the body is empty. Throws
 * payload_too_large, unsupported_media_type, request_timeout or bad_request.
 */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readUncompressed(request)
  const isJson = mediaType(request) === "application/json"
  // Many clients name the type whether they send something or not.
  if (bytes.byteLength === 0 && (isJson || !request.headers.has("content-type"))) return undefined
  if (!isJson)
    throw new AppError("unsupported_media_type", "Send JSON, with `Content-Type: application/json`.")
  return parseJson(decodeUtf8(bytes))
}

/**
 * The request's parameters as OAuth sends them: a form, or JSON. One without a value counts as left out, and one
 * that is given twice is refused (RFC 6749 section 3.2). Throws as readJson does, or invalid_input.
 */
export async function readParameters(request: Request): Promise<unknown> {
  if (mediaType(request) === "application/x-www-form-urlencoded")
    return givenParameters(new URLSearchParams(decodeUtf8(await readUncompressed(request))))
  const json = (await readJson(request)) ?? {}
  if (typeof json !== "object" || Array.isArray(json)) return json
  return Object.fromEntries(Object.entries(json).filter(hasValue))
}

/** The same of a query or form. Throws invalid_input. */
export function givenParameters(parameters: URLSearchParams): Record<string, string> {
  return uniqueParameters([...parameters].filter(hasValue))
}

function hasValue([, value]: [string, unknown]): boolean {
  return value !== ""
}

/** Parameters by name. Throws invalid_input naming one that is given twice. */
export function uniqueParameters(parameters: Iterable<[string, string]>): Record<string, string> {
  const unique = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (unique.has(name)) {
      throw new AppError("invalid_input", "A parameter is given twice.", {
        faults: [{ path: name.slice(0, 50), message: "is given twice" }],
      })
    }
    unique.set(name, value)
  }
  return Object.fromEntries(unique)
}

/** What the body is said to be; undefined where nothing is said, or that its text is not UTF-8. */
function mediaType({ headers }: Request): string | undefined {
  const type = headers.get("content-type") ?? ""
  return /^([^\s;]+)\s*(?:;\s*charset="?utf-8"?\s*)?$/i.exec(type)?.[1]?.toLowerCase()
}

function readUncompressed(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (request.headers.has("content-encoding"))
    throw new AppError("unsupported_media_type", "Send the body without compression.")
  return readBytes(request)
}

/** The request's body, counted while it comes in. Throws payload_too_large or request_timeout. */
export async function readBytes(
  request: Request,
  bytesMax = BODY_BYTES_MAX,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax)
  const reader = request.body?.getReader()
  if (!reader) return new Uint8Array()

  const chunks: Uint8Array[] = []
  let size = 0
  const deadline = AbortSignal.timeout(BODY_WAIT)
  // A cancelled reader reports the end of the body; the signal tells a late body from a whole one.
  deadline.addEventListener("abort", () => void reader.cancel().catch(() => undefined))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new AppError("bad_request", "The body broke off.", { cause })
    })
    if (deadline.aborted) throw new AppError("request_timeout", "The body did not arrive in time.")
    if (done) return new Uint8Array(Buffer.concat(chunks))
    size += value.byteLength
    if (size > bytesMax) {
      // Not cancelled: that ends the connection at once, before it has carried our answer.
      reader.releaseLock()
      throw tooLarge(bytesMax)
    }
    chunks.push(value)
  }
}

/** The text of a body. Throws bad_request. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid UTF-8.", { cause })
  }
}

function tooLarge(bytesMax: number): AppError {
  return new AppError("payload_too_large", `The body is over ${bytesMax / 1024} kB.`)
}
