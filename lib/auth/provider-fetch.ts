import { seconds } from "../duration"
import { isHttpsOrLoopback } from "../env"
import { SignInError } from "./sign-in-error"

const ANSWER_BYTES_MAX = 2 * 1024 * 1024
const PROVIDER_WAIT = seconds(5)

/**
 * fetch for talking to an identity provider: bounded in time and size, never following a redirect, JSON only, and
 * in the clear only on this machine, for next-auth takes from discovery whatever endpoint is named there.
 * Throws SignInError("provider_unavailable") when the provider does not answer as one; its 4xx are answers.
 */
export async function providerFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    if (!isHttpsOrLoopback(input instanceof Request ? input.url : String(input)))
      throw new Error("plain http")
    const response = await fetch(input, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(PROVIDER_WAIT),
    })
    const answered =
      response.status < 300 || (response.status >= 400 && response.status < 500 && response.status !== 429)
    if (!answered) throw new Error(`status ${response.status}`)
    if (!/^application\/([\w.-]+\+)?json\b/i.test(response.headers.get("content-type") ?? ""))
      throw new Error("not JSON")
    const body = await readBounded(response)
    return new Response(body, { status: response.status, headers: response.headers })
  } catch (cause) {
    throw new SignInError("provider_unavailable", { cause })
  }
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > ANSWER_BYTES_MAX) throw new Error("answer too large")
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
