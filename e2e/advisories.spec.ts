import { createKey, createPerson } from "@/lib/testing/factories"
import { startApp } from "./app-process"
import { expect, test } from "./fixtures"
import { send, sendForPart, speak, startCanary } from "./raw-http"

// What went wrong in Next and its neighbours, tried here: docs/security/cases.md says which advisory is which test.

/** Headers that Next, or what runs it, uses among its own parts. */
const internalHeaders: Record<string, string>[] = [
  ...["proxy", "src/proxy", "middleware", "src/middleware", "pages/_middleware"].flatMap((name) =>
    [1, 2, 3, 4, 5, 6].map((count) => ({ "x-middleware-subrequest": Array(count).fill(name).join(":") })),
  ),
  ...["next", "skip", "prefetch", "invoke", "refresh"].map((name) => ({ [`x-middleware-${name}`]: "1" })),
  { "x-middleware-rewrite": "/docs/errors" },
  { "x-middleware-redirect": "/docs/errors" },
  { "x-middleware-set-cookie": "evil=1" },
  { "x-middleware-override-headers": "x-latchkey-path", "x-middleware-request-x-latchkey-path": "/evil" },
  { "x-latchkey-path": "/evil" },
  { "x-matched-path": "/docs/errors" },
  { "x-invoke-path": "/docs/errors", "x-invoke-output": "/docs/errors", "x-invoke-status": "200" },
  { "x-now-route-matches": "1=docs" },
  { "x-nextjs-data": "1" },
  { "x-nextjs-rewrite": "/docs/errors" },
  { "x-nextjs-postponed": "1" },
  { "x-prerender-revalidate": "1" },
  { "x-next-revalidated-tags": "x", "x-next-revalidate-tag-token": "x" },
  { "x-action-forwarded": "1" },
  { "x-original-url": "/docs/errors", "x-rewrite-url": "/docs/errors" },
  { "x-forwarded-prefix": "/evil" },
]

/** What tells answers apart, without what is new in each. */
async function answerTo(baseURL: string | undefined, path: string, headers: Record<string, string>) {
  const answer = await send(baseURL, path, { headers })
  const nonce = /'nonce-([^']+)'/.exec(String(answer.headers["content-security-policy"]))?.[1] ?? "no nonce"
  const { location, "cache-control": cache, "set-cookie": cookies } = answer.headers
  const policy = String(answer.headers["content-security-policy"]).replaceAll(nonce, "")
  const title = /<title>(.*?)<\/title>/.exec(answer.text)?.[1]
  return { status: answer.status, location, cache, cookies, policy, title, hasNonce: nonce.length === 24 }
}

test("headers that Next uses among its own parts change nothing", async ({ baseURL, person }) => {
  for (const own of [{}, { cookie: person.cookie }] as Record<string, string>[]) {
    for (const path of ["/dashboard", "/dashboard/api-keys"]) {
      const plain = await answerTo(baseURL, path, own)
      expect(plain).toMatchObject(
        own.cookie ? { status: 200, hasNonce: true } : { status: 307, hasNonce: true },
      )
      for (const headers of internalHeaders) {
        const answer = await answerTo(baseURL, path, { ...own, ...headers })
        expect({ headers, ...answer }).toEqual({ headers, ...plain })
      }
    }
  }
})

/** Spellings of one page by which Next's parts ask each other for it, and some that only a router might read as it. */
function spellings(page: string): string[] {
  const suffixes = [
    ...[
      ".rsc",
      ".prefetch.rsc",
      ".action",
      ".html",
      ".json",
      ".txt",
      "/",
      "/index",
      "%2f",
      ";x",
      "%00",
      "%20",
    ],
    ...[".segments/_tree.segment.rsc", ".segments/_full.segment.rsc", ".segments/_index.segment.rsc"],
    ".segments/dashboard/__PAGE__.segment.rsc",
    ...["?_rsc=x", "?__nextLocale=en", "?__nextDataReq=1", "?nxtPid=x", "?nxtIid=x", "?__flight__=1"],
  ]
  const whole = [
    page.toUpperCase(),
    page.replace("/d", "/%64"),
    `//${page.slice(1)}`,
    `/_next/data/x${page}.json`,
  ]
  return [...suffixes.map((suffix) => page + suffix), ...whole, `/_next${page}`, `/en${page}`, `/api${page}`]
}

test("no spelling of a page, and no way to ask for a part of it, tells anything without a session or to a stranger", async ({
  baseURL,
  person,
}) => {
  const { id } = await createKey(person, { name: "Canary key" })
  const stranger = await createPerson()
  const parts: Record<string, string>[] = [
    {},
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    { rsc: "1", "next-router-segment-prefetch": "/dashboard/api-keys/$d$id/__PAGE__" },
  ]
  const page = `/dashboard/api-keys/${id}`
  for (const part of parts.slice(0, 2)) {
    const { text } = await sendForPart(baseURL, page, { ...part, cookie: person.cookie })
    expect(text).toContain("Canary key")
  }
  const tried = [page, ...spellings(page)].flatMap((path) => parts.map((headers) => [path, headers] as const))
  const others = spellings("/dashboard").map((path) => [path, {}] as const)
  for (const [path, headers] of [...tried, ...others]) {
    const answers = [
      await sendForPart(baseURL, path, headers),
      await sendForPart(baseURL, path, { ...headers, cookie: stranger.cookie }),
    ]
    for (const { status, text } of answers) {
      expect({ path, headers, isServerError: status >= 500 }).toMatchObject({ isServerError: false })
      expect(text).not.toContain("Canary key")
      expect(text).not.toContain(person.caller.organization.name)
    }
    expect(answers[0]?.text).not.toMatch(/Sign out|Create API key/)
  }
})

test("an upgrade, a tunnel or an absolute address makes no connection to whom it names", async ({
  baseURL,
}) => {
  const canary = await startCanary()
  const upgrade =
    "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13"
  const own = new URL(baseURL ?? "").host
  for (const target of [
    canary.url,
    `${canary.url}/_next/webpack-hmr`,
    `//${canary.host}/`,
    "/",
    "/_next/webpack-hmr",
  ]) {
    for (const host of [own, canary.host]) {
      for (const headers of [upgrade, upgrade.replace("websocket", "h2c"), "Connection: close"]) {
        const answer = await speak(baseURL, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n\r\n`)
        expect(answer).toMatch(/^HTTP\/1\.1 [234]/)
        expect(answer).not.toMatch(/^HTTP\/1\.1 101|<svg\/>/)
      }
    }
  }
  await speak(baseURL, `CONNECT ${canary.host} HTTP/1.1\r\nHost: ${canary.host}\r\n\r\n`)
  expect(canary.seen).toEqual([])
  canary.close()
})

test("there is no picture service to send elsewhere", async ({ baseURL }) => {
  const canary = await startCanary()
  for (const url of [
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:3000/icon.svg",
    `${baseURL}/icon.svg`,
    canary.url,
    `${canary.url}/redirect`,
    `//${canary.host}/x.svg`,
    "http://2130706433/",
    "file:///etc/passwd",
    "data:image/svg+xml,<svg/>",
    "/icon.svg",
    "/api/v1/me",
  ]) {
    for (const path of ["/_next/image", "/_next/image/", "/_next/image.rsc"]) {
      const answer = await send(baseURL, `${path}?url=${encodeURIComponent(url)}&w=64&q=75`)
      expect({ url, status: answer.status, type: answer.headers["content-type"] }).toMatchObject({
        status: expect.any(Number),
        type: expect.not.stringContaining("image"),
      })
      expect(answer.status === 308 || (answer.status >= 400 && answer.status < 500)).toBe(true)
    }
  }
  expect(canary.seen).toEqual([])
  canary.close()
})

test("nothing in an address becomes a header", async ({ baseURL }) => {
  const line = "%0d%0aSet-Cookie:%20evil=1%0d%0aX-Evil:%201"
  for (const host of [new URL(baseURL ?? "").host, "127.0.0.1"]) {
    for (const path of [
      `/sign-in?next=${line}`,
      `/sign-in?next=/dashboard${line}`,
      `/dashboard${line}`,
      `/dashboard?x=${line}`,
      `/nowhere${line}/`,
      `//nowhere${line}`,
      `/sign-in/error?code=${line}`,
      `/api/auth/signin?callbackUrl=${line}`,
      `/api/auth/signout?callbackUrl=/${line}`,
      `/api/auth/error?error=${line}`,
      `/api/auth/callback/google?state=${line}`,
      `/api/v1/auth/google/callback?state=${line}&code=${line}&error=${line}`,
      `/api/v1/auth/google/login?client_id=cli&redirect_uri=http://127.0.0.1:1/callback${line}&state=${line}`,
      `/api/v1/me${line}`,
      `/.well-known/change-password${line}`,
    ]) {
      const { status, headers } = await send(baseURL, path, { headers: { host } })
      expect({ path, isServerError: status >= 500 }).toEqual({ path, isServerError: false })
      expect(headers).not.toHaveProperty("x-evil")
      expect(String(headers["set-cookie"] ?? "")).not.toMatch(/(^|,)\s*evil=/)
    }
  }
})

test("behind a proxy that ends TLS, a plain request gets no cookie that a plain connection would carry", async () => {
  const app = await startApp({ APP_URL: "https://app.example.test", TRUSTED_PROXY_HOPS: "1" })
  const { url } = app
  try {
    for (const proto of ["http", "https"]) {
      const headers = { "x-forwarded-proto": proto, accept: "application/json" }
      const begun = await send(url, "/api/v1/auth/google/login", { headers })
      const csrf = await send(url, "/api/auth/csrf", { headers })
      const cookies = [begun, csrf].flatMap((answer) => answer.headers["set-cookie"] ?? [])
      expect(cookies.length).toBeGreaterThanOrEqual(2)
      for (const cookie of cookies) expect(cookie).toMatch(/^__Host-.*;\s*Secure/i)
      const me = await send(url, "/api/v1/me", { headers: { ...headers, cookie: "latchkey.session=x" } })
      expect([me.status, me.headers.location]).toEqual([401, undefined])
    }
  } finally {
    await app.stop()
  }
})

test("a provider that is set up wrongly lets nobody in, with whatever cookie", async ({ person }) => {
  const app = await startApp({
    AUTH_GOOGLE_ISSUER: "http://127.0.0.1:9",
    AUTH_GOOGLE_ID: "x",
    ALLOW_TEST_ISSUER: "1",
  })
  try {
    for (const cookie of [
      "latchkey.session=[object Object]",
      "latchkey.session=undefined",
      "latchkey.session={}",
    ]) {
      const headers = { cookie }
      const session = await send(app.url, "/api/auth/session", { headers })
      expect([session.status, session.text]).toEqual([200, "null"])
      expect((await send(app.url, "/api/v1/me", { headers })).status).toBe(401)
      expect((await send(app.url, "/dashboard", { headers })).headers.location).toMatch(/^\/sign-in/)
    }
    const begun = await send(app.url, "/api/v1/auth/google/login", {
      headers: { accept: "application/json" },
    })
    expect(begun.status).toBe(503)
    expect((await send(app.url, "/api/v1/me", { headers: { cookie: person.cookie } })).status).toBe(200)
  } finally {
    await app.stop()
  }
})
