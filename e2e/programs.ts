import { request } from "@playwright/test"

// What programs say to the API, for tests with more than one instance of it.

/** What a token endpoint answers. */
export type Pair = { access_token: string; refresh_token: string; expires_in: number; scope: string }

/** Sends JSON to one of the token endpoints of an instance. */
export function post(url: string, endpoint: string, body: object, headers = {}): Promise<Response> {
  return fetch(`${url}/api/v1/auth/${endpoint}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  })
}

export function refresh(url: string, refresh_token: string): Promise<Response> {
  return post(url, "refresh", { refresh_token })
}

/** A pair for the next turn. Told to come again, it does once, as programs do; fails for any other answer. */
export async function refreshed(url: string, refreshToken: string): Promise<Pair> {
  const first = await refresh(url, refreshToken)
  const response = first.status === 503 ? await refresh(url, refreshToken) : first
  if (response.status !== 200) throw new Error(`refresh: ${response.status} ${await response.text()}`)
  return (await response.json()) as Pair
}

/** What an instance makes of an access token. */
export function me(url: string, accessToken: string): Promise<Response> {
  return fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } })
}

/** Signs in over the API without a browser, as anybody, and returns what the callback answers. */
export async function signInPlain(url: string, address: string): Promise<Pair> {
  const jar = await request.newContext()
  try {
    const start = await jar.get(`${url}/api/v1/auth/google/login`, {
      headers: { accept: "application/json" },
    })
    const { redirect_url } = await start.json()
    const chooser = await jar.get(redirect_url)
    return await (await jar.post(chooser.url(), { form: { account: address } })).json()
  } finally {
    await jar.dispose()
  }
}

/** `p50 3 ms, p95 9 ms, at most 12 ms` */
export function spread(milliseconds: number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms`
}

/** A figure that a test measured, next to its name in the list. */
export function printFigure(text: string): void {
  process.stdout.write(`    ${text}\n`)
}
