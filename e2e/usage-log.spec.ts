import { once } from "node:events"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey, createPerson } from "@/lib/testing/factories"
import { startApp } from "./app-process"
import { printFigure, spread } from "./programs"

// Nothing that was answered is missing from the usage log, also when the process is stopped in the middle of it.

const CALLS = 10_000
const PER_SECOND = 500

test("of 10,000 calls at 500 a second with SIGTERM in the middle, every accepted one is in the log", async () => {
  test.setTimeout(180_000)
  const { id, secret } = await createKey(await createPerson(), { rateLimitPerMinute: 100_000 })
  const app = await startApp()
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const call = () => callMe(app.url, { agent, secret })

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
  // How many a machine can answer is not what is asked here.
  expect(accepted).toBeGreaterThan(CALLS / 20)
  const counts = await loggedUses(id)
  printFigure(`${accepted} of ${CALLS} calls were accepted, ${counts?.rows} are in the log`)
  expect(counts).toEqual({ rows: accepted, counted: accepted })
})

test("while the log cannot be written, calls are as fast as ever, and later none is missing", async () => {
  const { id, secret } = await createKey(await createPerson(), { rateLimitPerMinute: 100_000 })
  const app = await startApp()
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const times = async () => {
    const milliseconds: Promise<number>[] = []
    for (let sent = 0; sent < 600; sent++) {
      const startedAt = performance.now()
      milliseconds.push(
        callMe(app.url, { agent, secret }).then((status) => {
          expect(status).toBe(200)
          return performance.now() - startedAt
        }),
      )
      await sleep(10)
    }
    return Promise.all(milliseconds)
  }
  try {
    await times()
    const before = await times()
    // Longer than a statement waits for a lock, so that writing also fails.
    const during = await db().$transaction(
      async (tx) => {
        // The lock is held while nothing is asked here.
        await tx.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = '1min'`
        await tx.$executeRaw`LOCK TABLE api_key_usage IN ACCESS EXCLUSIVE MODE`
        const milliseconds = await times()
        const written = await tx.$queryRaw`SELECT FROM api_key_usage WHERE api_key_id = ${id}
          AND resolution = 'day' HAVING sum(requests) = 1800`
        expect(written).toEqual([])
        return milliseconds
      },
      { timeout: 60_000 },
    )
    printFigure(`with the log open: ${spread(before)}; with it locked: ${spread(during)}`)
    // A call that waited for the log would have waited for the lock, which is seconds.
    expect(p99(during)).toBeLessThan(p99(before) * 3 + 100)
    await expect
      .poll(() => loggedUses(id), { timeout: 30_000 })
      .toEqual({ rows: before.length * 3, counted: before.length * 3 })
  } finally {
    agent.destroy()
    await app.stop()
  }
})

/** The status of the answer; 0 where there is none, as after the process has stopped listening. */
function callMe(url: string, { agent, secret }: { agent: Agent; secret: string }): Promise<number> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${secret}` }
    request(`${url}/api/v1/me`, { agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0))
    })
      .on("error", () => resolve(0))
      .end()
  })
}

async function loggedUses(id: string) {
  const [counts] = await db().$queryRaw<{ rows: number; counted: number }[]>`
    SELECT (SELECT count(*)::int FROM api_key_requests WHERE api_key_id = ${id}) AS rows,
      (SELECT sum(requests)::int FROM api_key_usage WHERE api_key_id = ${id} AND resolution = 'day') AS counted`
  return counts
}

function p99(milliseconds: number[]): number {
  return milliseconds.toSorted((a, b) => a - b)[Math.ceil(milliseconds.length * 0.99) - 1] ?? 0
}
