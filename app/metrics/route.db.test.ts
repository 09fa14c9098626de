// GET /metrics: text/plain; version=0.0.4 for a caller on this machine or with Authorization: Bearer METRICS_TOKEN.
// Everybody else gets the 404 of a path where nothing is.
import { describe, expect, test } from "vitest"
import * as unknownPath from "@/app/api/[...path]/route"
import { db } from "@/lib/db"
import { type RequestContext, runWithRequestContext } from "@/lib/http/request-context"
import { countAnswer } from "@/lib/metrics/answer-counts"
import { createKey, createPerson } from "@/lib/testing/factories"
import * as metrics from "./route"

const TOKEN = "0123456789abcdef+/="
process.env.METRICS_TOKEN = TOKEN

const from = (clientAddress: string | null, more: Partial<RequestContext> = {}) => ({
  requestId: "test-request",
  clientAddress,
  ...more,
})

async function get(context: RequestContext, headers: Record<string, string> = {}, handler = metrics.GET) {
  const request = new Request("http://localhost:3000/metrics", { headers })
  const response = await runWithRequestContext(context, () =>
    handler(request, { params: Promise.resolve({}) }),
  )
  return { status: response.status, headers: [...response.headers], body: await response.text() }
}

const figure = (body: string, name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(body)?.[1])

describe("200", () => {
  test.each(["127.0.0.1", "127.8.0.1", "::1"])("for a caller on this machine, %s", async (address) => {
    const { status, headers, body } = await get(from(address))
    expect(status).toBe(200)
    expect(new Map(headers).get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
    for (const line of body.trimEnd().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-z]+="\w+"\})? [\d.e+-]+)$/)
  })

  test("for who holds the token, from anywhere", async () => {
    expect((await get(from("192.0.2.1"), { authorization: `Bearer ${TOKEN}` })).status).toBe(200)
  })

  test("counts mails that wait, answers by status, and the uses of keys", async () => {
    const before = await get(from("::1"))
    await db().mail.create({ data: { to: "a@example.test", subject: "s", text: "t", html: "h" } })
    for (const status of [200, 200, 503]) countAnswer(status)
    const { body } = await get(from("::1"))
    const waiting = "latchkey_mails_waiting"
    expect(figure(body, waiting)).toBeGreaterThan(figure(before.body, waiting))
    expect(body).toContain('latchkey_http_answers_total{status="200"} 2')
    expect(body).toContain('latchkey_http_answers_total{status="503"} 1')
    for (const name of [
      "latchkey_database_up",
      "latchkey_usage_log_waiting",
      "latchkey_usage_log_written_total",
      "latchkey_usage_log_dropped_total",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
    ])
      expect(figure(body, name)).toBeGreaterThanOrEqual(0)
  })
})

describe("404", () => {
  test("for anybody else, byte for byte as where nothing is", async () => {
    const ada = await createPerson()
    const { secret } = await createKey(ada)
    const strangers: [RequestContext, Record<string, string>?][] = [
      [from("192.0.2.1")],
      [from(null)],
      [from("128.0.0.1")],
      [from("127.0.0.1", { relayed: true })],
      [from("192.0.2.1"), { authorization: `Bearer ${TOKEN}x` }],
      [from("192.0.2.1"), { authorization: TOKEN }],
      [from("192.0.2.1"), { authorization: `Bearer ${secret}` }],
      [from("192.0.2.1"), { cookie: ada.cookie }],
      [from("192.0.2.1"), { "x-forwarded-for": "127.0.0.1" }],
    ]
    for (const [context, headers] of strangers) {
      const nothing = await get(context, headers, unknownPath.GET)
      expect(nothing.status).toBe(404)
      expect(await get(context, headers)).toEqual(nothing)
    }
  })
})
