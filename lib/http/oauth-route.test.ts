import { describe, expect, test } from "vitest"
import { z } from "zod"
import { clientOrigins } from "../auth/clients"
import { OAuthError } from "../auth/oauth-error"
import { AppError } from "../errors"
import { call } from "../testing/requests"
import { oauthRoute, tokenEndpoint } from "./oauth-route"
import type { Handler } from "./route"

const input = z.object({ token: z.string(), note: z.string().optional() })
const echo = tokenEndpoint({ input }, async ({ input }) => Response.json(input))
const failing = (error: unknown): Handler =>
  oauthRoute({ input: z.unknown() }, async () => {
    throw error
  })

const post = (request: NonNullable<Parameters<typeof call>[1]>, handler = echo.POST) =>
  call(handler, { method: "POST", ...request })

describe("200", () => {
  test("for a form and for JSON, from anybody, without a look at credentials and cookies", async () => {
    const headers = { authorization: "Bearer x", "x-api-key": "x", cookie: "latchkey.session=x" }
    const form = await post({ raw: new URLSearchParams({ token: "a", note: "" }), headers })
    expect(form).toMatchObject({ status: 200, body: { token: "a" } })
    expect(await post({ body: { token: "a" } })).toMatchObject({ status: 200, body: { token: "a" } })
    expect(form.headers.get("x-request-id")).toBeTruthy()
    expect(form.headers.get("cache-control")).toBe("private, no-store")
  })

  test("for the query of a GET, which has no body", async () => {
    const handler = oauthRoute({ input }, async ({ input }) => Response.json(input))
    expect((await call(handler, { path: "/?token=a" })).body).toEqual({ token: "a" })
  })
})

describe("400", () => {
  test.each([
    [{ body: {} }, "token"],
    [{ body: { token: 7 } }, "token"],
    [{ body: [] }, ""],
    [{ raw: "{", headers: { "content-type": "application/json" } }, "JSON"],
    [{ raw: '{"token":"a","token":"b"}', headers: { "content-type": "application/json" } }, "twice"],
    [{ raw: new URLSearchParams("token=a&token=b") }, "token is given twice"],
    [{}, "token"],
  ])("invalid_request says what is wrong with %j", async (request, text) => {
    const { status, headers, body } = await post(request)
    expect([status, headers.get("content-type")]).toEqual([400, "application/json"])
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({ error: "invalid_request", error_description: expect.stringContaining(text) })
  })

  test.each([
    ["server_error", 500, null],
    ["temporarily_unavailable", 503, "5"],
  ] as const)("is not the status of %s", async (code, expected, retryAfter) => {
    const { status, headers, body } = await call(failing(new OAuthError(code, "No.")))
    expect([status, headers.get("retry-after")]).toEqual([expected, retryAfter])
    expect(body).toEqual({ error: code, error_description: "No." })
  })

  test("names the code of what was thrown, in characters that RFC 6749 allows", async () => {
    const { status, headers, body } = await call(failing(new OAuthError("invalid_grant", 'a "b" \\ é\n')))
    expect(status).toBe(400)
    expect(body).toEqual({ error: "invalid_grant", error_description: "a 'b' ' ''" })
    expect(headers.has("www-authenticate")).toBe(false)
  })
})

describe("403, 404", () => {
  test.each([
    [403, new AppError("origin_not_allowed", "No.")],
    [404, new AppError("not_found", "No.")],
  ])("%i is invalid_request", async (status, error) => {
    const body = { error: "invalid_request", error_description: "No." }
    expect(await call(failing(error))).toMatchObject({ status, body })
  })

  test("404 for a path that does not fit", async () => {
    const params = z.object({ provider: z.enum(["google"]) })
    const handler = oauthRoute({ params, input: z.unknown() }, async () => Response.json({}))
    expect((await call(handler, { params: { provider: "x" } })).status).toBe(404)
    expect((await call(handler, { params: { provider: "google" } })).status).toBe(200)
  })
})

describe("405", () => {
  test("for HEAD where a GET acts: nobody would read its answer", async () => {
    const handler = oauthRoute({ input }, async ({ input }) => Response.json(input))
    const { status, headers } = await call(handler, { method: "HEAD", path: "/?token=a" })
    expect([status, headers.get("allow")]).toEqual([405, "GET"])
  })

  test.each(["GET", "PUT", "PATCH", "DELETE"] as const)(
    "for %s, with the method there is",
    async (method) => {
      const { status, headers, body } = await call(echo[method], { method })
      expect([status, headers.get("allow"), body.code]).toEqual([405, "POST", "method_not_allowed"])
    },
  )
})

describe("408, 413, 415", () => {
  test("413 for a body over the limit", async () => {
    const { status, body } = await post({ body: { token: "a".repeat(70_000) } })
    expect([status, body.error]).toEqual([413, "invalid_request"])
  })

  test.each(["text/plain", "multipart/form-data; boundary=x", "application/jwt"])(
    "415 for %s",
    async (type) => {
      const { status, body } = await post({ raw: "token=a", headers: { "content-type": type } })
      expect([status, body.error]).toEqual([415, "invalid_request"])
    },
  )
})

describe("500", () => {
  test("says nothing of an error that nobody expected", async () => {
    const { status, body } = await call(failing(new Error("SELECT secret FROM users")))
    expect(status).toBe(500)
    expect(body).toEqual({ error: "server_error", error_description: "Something went wrong on our side." })
  })
})

describe("503", () => {
  test.each([
    new AppError("unavailable", "Later."),
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  ])("for an outage, with the seconds to wait: %s", async (error) => {
    const { status, headers, body } = await call(failing(error))
    expect([status, body.error]).toEqual([503, "temporarily_unavailable"])
    expect(headers.get("retry-after")).toMatch(/^\d+$/)
  })
})

describe("another origin", () => {
  const [registered = ""] = clientOrigins
  const cors = ({ headers }: { headers: Headers }) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")))

  test("of a registered client may call and read every answer, without credentials", async () => {
    const headers = { origin: registered }
    for (const answer of [
      await post({ body: { token: "a" }, headers }),
      await post({ body: {}, headers }),
      await post({ raw: "x", headers: { ...headers, "content-type": "text/plain" } }),
    ]) {
      expect(cors(answer)).toEqual({
        "access-control-allow-origin": registered,
        "access-control-expose-headers": "x-request-id, retry-after, ratelimit, ratelimit-policy",
      })
      expect(answer.headers.get("vary")).toBe("origin")
    }
  })

  test("of a registered client learns beforehand that it may", async () => {
    const headers = { origin: registered, "access-control-request-method": "POST" }
    const answer = await call(echo.OPTIONS, { method: "OPTIONS", headers })
    expect(answer.status).toBe(204)
    expect(cors(answer)).toEqual({
      "access-control-allow-origin": registered,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "600",
    })
    expect(answer.headers.get("vary")).toBe("origin")
  })

  test.each([
    "https://evil.test",
    "null",
    "*",
    `${registered}.evil.test`,
    `${registered}/`,
    registered.toUpperCase(),
    registered.replace("http:", "https:"),
    registered.replace(/\d+$/, "1"),
    `${registered}, https://evil.test`,
    "",
  ])("that is nobody's is told nothing: %j", async (origin) => {
    for (const answer of [
      await post({ body: { token: "a" }, headers: { origin } }),
      await call(echo.OPTIONS, { method: "OPTIONS", headers: { origin } }),
    ]) {
      expect(cors(answer)).toEqual({})
      expect(answer.headers.get("vary")).toBe("origin")
    }
  })

  test("is no matter to programs, which send none", async () => {
    const answer = await post({ body: { token: "a" } })
    expect([answer.status, cors(answer), answer.headers.get("vary")]).toEqual([200, {}, "origin"])
  })

  test("is opened nothing beyond the token endpoints", async () => {
    const handler = oauthRoute({ input: z.unknown() }, async () => Response.json({}))
    expect(cors(await call(handler, { headers: { origin: registered } }))).toEqual({})
  })
})
