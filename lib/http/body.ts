import { seconds } from "../duration"
import { AppError } from "../errors"
import { parseJson } from "./strict-json"

export const BODY_BYTES_MAX = 64 * 1024
const BODY_WAIT = seconds(10)

/**
 * The request's JSON, counted while it comes in; undefined when there is no body at all. Throws
 * payload_too_large, unsupported_media_type, request_timeout or bad_request.
 */
export async function readJson(request: Request): Promise<unknown> {
  const { headers } = request
  if (headers.has("content-encoding")) throw compressed()
  const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(headers.get("content-type") ?? "")
  const bytes = await readBytes(request)
  if (bytes.byteLength === 0 && !headers.has("content-type")) return undefined
  if (!isJson)
    throw new AppError("unsupported_media_type", "Send JSON, with `Content-Type: application/json`.")
  return parseJson(decodeUtf8(bytes))
}

const formType = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i

/**
 * The request's parameters as OAuth sends them: a form, or JSON. A parameter without a value counts as left out,
 * and one that is given twice is refused (RFC 6749 section 3.2). Throws as readJson does.
 */
export async function readParameters(request: Request): Promise<unknown> {
  if (!formType.test(request.headers.get("content-type") ?? "")) return (await readJson(request)) ?? {}
  if (request.headers.has("content-encoding")) throw compressed()
  return onlyOnce(new URLSearchParams(decodeUtf8(await readBytes(request))))
}

/** The parameters by name. Throws bad_request when one is given twice. */
export function onlyOnce(parameters: URLSearchParams): Record<string, string> {
  const given = [...parameters].filter(([, value]) => value !== "")
  const names = new Set<string>()
  for (const [name] of given) {
    if (names.has(name))
      throw new AppError("bad_request", `The parameter ${name.slice(0, 50)} is given twice.`)
    names.add(name)
  }
  return Object.fromEntries(given)
}

/** The request's body, counted while it comes in. Throws payload_too_large or request_timeout. */
export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge()
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
    if (size > BODY_BYTES_MAX) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge()
    }
    chunks.push(value)
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid UTF-8.", { cause })
  }
}

function compressed(): AppError {
  return new AppError("unsupported_media_type", "Send the body without compression.")
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", `The body is over ${BODY_BYTES_MAX / 1024} kB.`)
}
