import { isHttpsOrLoopback } from "./env"

type Bounds = { waitMax: number; bytesMax: number }

/**
 * fetch for talking to servers that are not ours: bounded in time and size, never following a redirect, JSON only, and
 * in the clear only on this machine. Whatever status it has is an answer. Throws for any other.
 */
export async function boundedFetch(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { waitMax, bytesMax }: Bounds,
): Promise<Response> {
  if (!isHttpsOrLoopback(input instanceof Request ? input.url : String(input))) throw new Error("plain http")
  const response = await fetch(input, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.timeout(waitMax),
  })
  const { status, headers } = response
  if (status >= 300 && status < 400) throw new Error(`status ${status}`)
  if (status < 500 && !/^application\/([\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? ""))
    throw new Error("not JSON")
  return new Response(await readBounded(response, bytesMax), { status, headers })
}

async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > bytesMax) throw new Error("answer too large")
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
