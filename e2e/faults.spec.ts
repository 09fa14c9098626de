import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "@playwright/test"
import { createPerson } from "@/lib/testing/factories"
import { TcpProxy } from "@/lib/testing/tcp-proxy"
import { ThrowAwayRedis } from "@/scripts/support/redis"
import { type AppProcess, startApp } from "./app-process"
import { printFigure, spread } from "./programs"

// What is answered while a dependency is in trouble, on the production build. Each phase prints its figures.

type Answer = { status: number; took: number }

async function timed(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const startedAt = performance.now()
  const status = await fetch(url, { headers, redirect: "manual" }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )
  return { status, took: performance.now() - startedAt }
}

/** `{ 200: 3, 503: 7 }` of these answers. */
function counted(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function describeAnswers(answers: Answer[]): string {
  return `${JSON.stringify(counted(answers))}, ${spread(answers.map(({ took }) => took))}`
}

test.describe("a brute force", () => {
  const LIMIT = 5

  /** Sixty sign-ins begun from one address, ten at once, within a few seconds. */
  async function attack({ url }: AppProcess): Promise<Answer[]> {
    const answers: Answer[] = []
    for (let wave = 0; wave < 6; wave++) {
      const starts = Array.from({ length: 10 }, () => timed(`${url}/api/v1/auth/google/login`))
      answers.push(...(await Promise.all(starts)))
    }
    return answers
  }

  test("passes the limit in no state of Redis: there, stopped, back and empty, frozen", async () => {
    test.setTimeout(120_000)
    const redis = await ThrowAwayRedis.start()
    const app = await startApp({ REDIS_URL: redis.url, RATE_LIMIT_LOGIN_PER_MINUTE: String(LIMIT) })
    try {
      const phases: [string, () => Promise<void> | void, number][] = [
        ["with Redis", () => undefined, LIMIT],
        // What the instance counts for itself begins here.
        ["Redis stopped", () => redis.stop(), LIMIT],
        ["Redis back, empty", () => redis.start(), LIMIT],
        ["Redis frozen", () => redis.freeze(), 0],
      ]
      for (const [phase, begin, allowed] of phases) {
        await begin()
        // A client needs a moment to see that its server is gone or back.
        await sleep(2500)
        const answers = await attack(app)
        printFigure(`brute force, ${phase}: ${describeAnswers(answers)}`)
        const { 302: passed = 0, 429: refused = 0 } = counted(answers)
        expect([phase, passed + refused]).toEqual([phase, answers.length])
        expect(passed).toBeLessThanOrEqual(LIMIT)
        expect(passed).toBeGreaterThanOrEqual(allowed)
      }
    } finally {
      redis.thaw()
      await app.stop()
      await redis.stop()
    }
  })
})

test.describe("fifty requests a second", () => {
  const SECONDS = 6

  /** Calls of a signed-in person, evenly spread, and beside them the question whether the process lives. */
  async function load({ url }: AppProcess, headers: Record<string, string>) {
    const answers: Promise<Answer>[] = []
    const alive: Promise<Answer>[] = []
    for (let tick = 0; tick < SECONDS * 10; tick++) {
      for (let call = 0; call < 5; call++) answers.push(timed(`${url}/api/v1/me`, headers))
      alive.push(timed(`${url}/healthz`))
      await sleep(100)
    }
    return { answers: await Promise.all(answers), alive: await Promise.all(alive) }
  }

  test("are answered or told to come again, whatever Postgres does, and soon after it is back", async () => {
    test.setTimeout(180_000)
    const { cookie } = await createPerson()
    const postgres = await TcpProxy.start(new URL(process.env.DATABASE_URL ?? ""))
    const through = new URL(process.env.DATABASE_URL ?? "")
    through.host = `127.0.0.1:${postgres.port}`
    const app = await startApp({ DATABASE_URL: through.href })
    try {
      expect((await timed(`${app.url}/api/v1/me`, { cookie })).status).toBe(200)
      for (const mode of ["pass", "refuse", "slow", "hold"] as const) {
        postgres.setMode(mode)
        const { answers, alive } = await load(app, { cookie })
        printFigure(`Postgres ${mode}: ${describeAnswers(answers)}; healthz ${describeAnswers(alive)}`)
        const { 200: answered = 0, 503: later = 0 } = counted(answers)
        expect([mode, answered + later]).toEqual([mode, answers.length])
        if (mode === "pass") expect(later).toBe(0)
        expect(counted(alive)).toEqual({ 200: alive.length })

        postgres.setMode("pass")
        const backAt = performance.now()
        await expect
          .poll(async () => (await timed(`${app.url}/api/v1/me`, { cookie })).status, { timeout: 10_000 })
          .toBe(200)
        printFigure(
          `Postgres back after ${mode}: first answer ${Math.round(performance.now() - backAt)} ms later`,
        )
      }
    } finally {
      await app.stop()
      await postgres.close()
    }
  })
})
