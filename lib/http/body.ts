import { seconds } from "../duration"
import { AppError } from "../errors"

export const BODY_BYTES_MAX = 64 * 1024
const BODY_WAIT = seconds(10)

/**
 * The request's JSON, counted while it comes in; undefined when there is no body at all. Throws
 * payload_too_large, unsupported_media_type, request_timeout or bad_request.
 */
export async function readJson(request: Request): Promise<unknown> {
  const { headers } = request
  if (headers.has("content-encoding")) {
    throw new AppError("unsupported_media_type", "Send the body without compression.")
  }
  const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(headers.get("content-type") ?? "")
  const bytes = await readBytes(request)
  if (bytes.byteLength === 0 && !headers.has("content-type")) return undefined
  if (!isJson)
    throw new AppError("unsupported_media_type", "Send JSON, with `Content-Type: application/json`.")
  const text = decodeUtf8(bytes)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid JSON.", { cause })
  }
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

function tooLarge(): AppError {
  return new AppError("payload_too_large", `The body is over ${BODY_BYTES_MAX / 1024} kB.`)
}
