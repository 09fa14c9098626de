import { gzipSync } from "node:zlib"
import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey } from "@/lib/testing/factories"
import { startApp } from "./app-process"
import { expect, test } from "./fixtures"
import { send, speak } from "./raw-http"

// How much of a request is read, for how long, and what it costs. Times are not measured here: a test that hangs fails.

const MEGABYTE = 1024 * 1024
const json = { "content-type": "application/json" }

/** Where a body is read: as JSON with a key, as parameters without, by next-auth, as a form, and where none belongs. */
const readers = [
  ...["/api/v1/api-keys/verify", "/api/v1/auth/token", "/api/v1/auth/revoke", "/api/v1/credentials/revoke"],
  ...[
    "/api/v1/secret-scanning/github",
    "/api/auth/signin/google",
    "/api/auth/signout",
    "/sign-in",
    "/sign-out",
  ],
  ...[
    "/dashboard",
    "/nowhere",
    "/api",
    "/api/nowhere",
    "/_next/nowhere",
    "/healthz",
    "/healthz/x",
    "/metrics",
  ],
]

async function memoryOf(baseURL: string | undefined): Promise<number> {
  const metrics = await (await fetch(`${baseURL}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1])
}

function unlessCut(error: NodeJS.ErrnoException): void {
  if (!["EPIPE", "ECONNRESET"].includes(error.code ?? "")) throw error
}

test("bodies without end, of 20 MB or unpacked to more cost neither the app nor its memory", async ({
  person,
}) => {
  test.setTimeout(240_000)
  const { secret } = await createKey(person, { scopes: ["keys:verify"] })
  // One of its own, whose memory no other test uses.
  const app = await startApp()
  const { url } = app
  const own = { ...json, origin: url, authorization: `Bearer ${secret}` }
  const head = Object.entries({ host: new URL(url).host, ...own, "transfer-encoding": "chunked" })
    .map(([name, value]) => `${name}: ${value}`)
    .join("\r\n")
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536, "a"), Buffer.from("\r\n")])
  const large = Buffer.alloc(20 * MEGABYTE, "a")
  const bomb = gzipSync(Buffer.alloc(50 * MEGABYTE, "a"))
  const hostile = async (path: string) => {
    const announced = await send(url, path, { method: "POST", headers: own, body: large })
    let sent = 0
    const endless = await speak(url, `POST ${path} HTTP/1.1\r\n${head}\r\n\r\n`, async (write) => {
      if (!write(chunk)) await new Promise((resolve) => setTimeout(resolve, 5))
      sent += chunk.length
    })
    expect({ path, isReadOn: sent > 500 * MEGABYTE }).toEqual({ path, isReadOn: false })
    const answers = [announced.status, Number(/^HTTP\/1\.1 (\d+)/.exec(endless)?.[1])]
    const areRefusals = answers.every((status) => status >= 400 && status < 500)
    expect({ path, answers, areRefusals }).toEqual({ path, answers, areRefusals: true })
    // Packed it is small enough; who does not look at the encoding reads it as the junk that it is.
    const packed = await send(url, path, {
      method: "POST",
      headers: { ...own, "content-encoding": "gzip" },
      body: bomb,
    })
    expect({ path, isServerError: packed.status >= 500 }).toEqual({ path, isServerError: false })
  }
  try {
    for (const path of readers) await hostile(path)
    const before = await memoryOf(url)
    // So much at once that a connection may be cut before its answer was read; what is answered was seen above.
    for (let round = 0; round < 2; round++)
      await Promise.all(readers.map((path) => hostile(path).catch(unlessCut)))
    // What was sent meanwhile is over a gigabyte.
    expect((await memoryOf(url)) - before).toBeLessThan(150 * MEGABYTE)
    expect((await send(url, "/healthz")).status).toBe(200)
  } finally {
    await app.stop()
  }
})

test("a body that trickles in is not waited for, and holds nobody else up", async ({ baseURL, person }) => {
  const { secret } = await createKey(person, { scopes: ["keys:verify"] })
  const { host } = new URL(baseURL ?? "")
  const head = `Host: ${host}\r\nOrigin: ${baseURL}\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json`
  const trickle = (path: string) =>
    speak(baseURL, `POST ${path} HTTP/1.1\r\n${head}\r\nContent-Length: 1000\r\n\r\n`, async (write) => {
      write("a")
      await new Promise((resolve) => setTimeout(resolve, 1000))
    })
  const slow = [
    "/api/v1/api-keys/verify",
    "/api/v1/auth/token",
    "/api/auth/signout",
    "/sign-in",
    "/dashboard",
  ]
  const answers = Promise.all(
    Array.from({ length: 40 }, (_, index) => trickle(slow[index % slow.length] ?? "")),
  )
  const headOnly = speak(baseURL, `GET / HTTP/1.1\r\nHost: ${host}\r\n`, async (write) => {
    write("X: y\r\n")
    await new Promise((resolve) => setTimeout(resolve, 1000))
  })
  for (let index = 0; index < 5; index++) expect((await send(baseURL, "/api/v1/me")).status).toBe(401)
  for (const answer of [...(await answers), await headOnly]) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
})

test("JSON that is nested, cut off, of another encoding or charset is refused as what it is", async ({
  baseURL,
  person,
}) => {
  const { secret } = await createKey(person, { scopes: ["keys:verify"] })
  const headers = { ...json, authorization: `Bearer ${secret}` }
  for (const [body, type, status] of [
    [`${"[".repeat(100_000)}`, "application/json", 413],
    [`${"[".repeat(30_000)}${"]".repeat(30_000)}`, "application/json", 400],
    [`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, "application/json", 400],
    ['{"api_key":"sk_', "application/json", 400],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), "application/json", 400],
    [Buffer.from('{"api_key":"x"}', "utf16le"), "application/json; charset=utf-16", 415],
    [Buffer.from('{"api_key":"x"}', "utf16le"), "application/json", 400],
    [gzipSync('{"api_key":"x"}'), "application/json", 400],
    ['{"api_key":"x"}', "text/plain", 415],
    ['{"api_key":"x"}', "application/x-www-form-urlencoded", 415],
    ['{"api_key":"\\ud800"}', "application/json", 200],
    ['{"api_key":"x"}', "application/json", 200],
  ] as const) {
    const call = { method: "POST", headers: { ...headers, "content-type": type }, body }
    const answer = await send(baseURL, "/api/v1/api-keys/verify", call)
    expect([body.slice(0, 20), type, answer.status]).toEqual([body.slice(0, 20), type, status])
  }
  const cutOff = `POST /api/v1/api-keys/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\nnot a size\r\n`
  expect(await speak(baseURL, cutOff)).toMatch(/^HTTP\/1\.1 400 /)
})

test("what follows a body that nobody waited for is not taken for another request", async ({
  baseURL,
  person,
}) => {
  const { id, secret } = await createKey(person)
  const { host } = new URL(baseURL ?? "")
  const second = `DELETE /api/v1/api-keys/${id} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${person.cookie}\r\nOrigin: ${baseURL}\r\n\r\n`
  const first = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\n\r\n`
  let isSent = false
  const answer = await speak(baseURL, first, async (write) => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    if (!isSent) write(`12345${second}`)
    isSent = true
  })
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect((await send(baseURL, "/api/v1/me", { headers: { "x-api-key": secret } })).status).toBe(200)
})

/** As many cookies as a sibling domain can set, which nothing of ours ever takes away. */
async function tossCookies(page: Page, baseURL: string | undefined, count: number) {
  const tossed = Array.from({ length: count }, (_, index) => ({
    name: `tossed${index}`,
    value: "x".repeat(4000),
  }))
  await page.context().addCookies(tossed.map((cookie) => ({ ...cookie, url: baseURL ?? "" })))
}

test.describe("cookies that fill the head of a request", () => {
  test.use({ expectedConsoleErrors: ["status of 431"] })

  test("are refused once, and the browser gets along by itself from then on", async ({
    dashboard,
    baseURL,
  }) => {
    await tossCookies(dashboard, baseURL, 5)
    expect((await dashboard.goto("/sign-in"))?.status()).toBe(431)
    expect((await dashboard.goto("/sign-in"))?.status()).toBe(200)
    expect((await dashboard.context().cookies()).filter(({ name }) => name.startsWith("tossed"))).toEqual([])
  })

  test("are told from a long address, by which a link could sign people out", async ({
    dashboard,
    baseURL,
  }) => {
    const answer = await dashboard.goto(`/dashboard?${"x".repeat(17_000)}`)
    expect(answer?.status()).toBe(431)
    expect(await answer?.headerValue("clear-site-data")).toBeNull()
    expect((await dashboard.goto("/dashboard"))?.url()).toBe(`${baseURL}/dashboard`)
    for (const bytes of [17_000, 70_000, 300_000]) {
      const { status, headers } = await send(baseURL, "/", { headers: { "x-long": "x".repeat(bytes) } })
      expect([status, headers["x-request-id"]]).toEqual([431, expect.stringMatching(/^[\w-]{36}$/)])
    }
  })
})

test("long text that almost fits a pattern is answered as fast as any other", async ({ baseURL, person }) => {
  const { secret } = await createKey(person, { scopes: ["keys:verify"] })
  const headers = { ...json, authorization: `Bearer ${secret}` }
  const texts = [
    "a",
    "a@",
    "a.",
    "-",
    "1",
    "1.",
    ":",
    "::",
    "/",
    "%2e",
    " ",
    "a ",
    "sk_a_",
    "a=",
    '"',
    "é",
    "\\u0000",
  ].map((part) => `${part.repeat(50_000 / part.length)}!`)
  const calls = texts.flatMap((text) => {
    const short = text.slice(0, 14_000)
    const form = {
      email: text,
      name: text,
      api_key: text,
      ip: text,
      refresh_token: text,
      token: text,
      state: text,
    }
    const post = (path: string, body: object) =>
      send(baseURL, path, { method: "POST", headers, body: JSON.stringify(body).slice(0, 65_000) })
    const inHeader = (name: string) =>
      send(baseURL, "/api/v1/me", { headers: { ...headers, [name]: encodeURI(short).slice(0, 14_000) } })
    return [
      () => post("/api/v1/api-keys/verify", { api_key: text }),
      () => post("/api/v1/api-keys/verify", { api_key: secret, ip: text }),
      () => post("/api/v1/auth/revoke", { token: text }),
      () => post("/api/v1/auth/refresh", { refresh_token: text, client_id: text.slice(0, 9000) }),
      () => post("/api/v1/auth/token", { grant_type: "authorization_code", code: text }),
      () => post("/api/v1/nowhere", form),
      ...["user-agent", "authorization", "x-api-key", "cookie", "origin", "accept", "x-forwarded-for"].map(
        (name) => () => inHeader(name),
      ),
      () => send(baseURL, `/sign-in?next=${encodeURIComponent(short).slice(0, 14_000)}`),
      () => send(baseURL, `/dashboard/${encodeURIComponent(short).slice(0, 14_000)}`),
      () =>
        send(baseURL, `/api/v1/api-keys?cursor=${encodeURIComponent(short).slice(0, 14_000)}`, { headers }),
    ]
  })
  for (const call of calls) expect((await call()).status).toBeLessThan(500)
  const { id } = await createKey(person)
  const renamed = { method: "PATCH", headers: { ...json, cookie: person.cookie, origin: baseURL ?? "" } }
  for (const text of texts)
    for (const field of ["name", "expires_at", "reason"]) {
      const body = JSON.stringify({ [field]: text, allowed_cidrs: [text.slice(0, 100)] })
      expect((await send(baseURL, `/api/v1/api-keys/${id}`, { ...renamed, body })).status).toBe(
        Buffer.byteLength(body) > 65_536 ? 413 : 400,
      )
    }
  expect((await db().apiKey.findUniqueOrThrow({ where: { id } })).name).toBe("Test key")
})
