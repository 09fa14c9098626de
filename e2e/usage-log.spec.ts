import { once } from "node:events"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey, createPerson } from "@/lib/testing/factories"
import { startApp } from "./app-process"

// Nothing that was answered is missing from the usage log, also when the process is stopped in the middle of it.

const CALLS = 10_000
const PER_SECOND = 500

test("of 10,000 calls at 500 a second with SIGTERM in the middle, every accepted one is in the log", async () => {
  test.setTimeout(180_000)
  const { id, secret } = await createKey(await createPerson(), { rateLimitPerMinute: 100_000 })
  const app = await startApp()
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const call = () =>
    new Promise<number>((resolve) => {
      const headers = { authorization: `Bearer ${secret}` }
      request(`${app.url}/api/v1/me`, { agent, headers }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0))
      })
        // After the process has stopped listening.
        .on("error", () => resolve(0))
        .end()
    })

  const answers: Promise<number>[] = []
  for (let sent = 0; sent < CALLS; sent += PER_SECOND / 50) {
    if (sent === CALLS / 2) app.child.kill("SIGTERM")
    for (let index = 0; index < PER_SECOND / 50; index++) answers.push(call())
    await sleep(1000 / 50)
  }
  const statuses = await Promise.all(answers)
  if (app.child.exitCode === null) await once(app.child, "exit")
  agent.destroy()

  expect(app.child.exitCode).toBe(0)
  const accepted = statuses.filter((status) => status === 200).length
  expect(accepted).toBeGreaterThan(CALLS / 4)
  const [counts] = await db().$queryRaw<{ rows: number; counted: number }[]>`
    SELECT (SELECT count(*)::int FROM api_key_requests WHERE api_key_id = ${id}) AS rows,
      (SELECT sum(requests)::int FROM api_key_usage WHERE api_key_id = ${id} AND resolution = 'day') AS counted`
  process.stdout.write(`${accepted} of ${CALLS} calls were accepted, ${counts?.rows} are in the log\n`)
  expect(counts).toEqual({ rows: accepted, counted: accepted })
})
