import { randomUUID } from "node:crypto"
import type { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { ThrowAwayRedis } from "@/scripts/support/redis"
import { processWideValues } from "../process-wide"
import { connectRedis, redis } from "../redis"
import { consume, retryAfterSeconds } from "./rate-limit"

// Against a Redis of its own, which is stopped and frozen. Two instances are two clients.

const policy = { name: "test", limit: 5, window: 60_000 }

let server: ThrowAwayRedis
let instances: [Redis, Redis]

beforeAll(async () => {
  server = await ThrowAwayRedis.start()
  process.env.REDIS_URL = server.url
  const first = connectAnew()
  instances = [first, connectAnew()]
  await bothConnected()
}, 180_000)

afterAll(async () => {
  server.thaw()
  for (const client of instances) client.disconnect()
  await server.stop()
})

/** The client that another instance would have. */
function connectAnew(): Redis {
  processWideValues.delete("redis")
  const client = redis()
  if (!client) throw new Error("REDIS_URL is set")
  return client
}

async function bothConnected(): Promise<void> {
  await vi.waitFor(() => expect(instances.map(({ status }) => status)).toEqual(["ready", "ready"]), 10_000)
}

/** A call at one of the two instances. */
function consumeAt(instance: 0 | 1, subject: string, one = policy) {
  processWideValues.set("redis", instances[instance])
  return consume(one, subject)
}

const alternately = (count: number, subject: string, one = policy) =>
  Promise.all(Array.from({ length: count }, (_, index) => consumeAt(index % 2 === 0 ? 0 : 1, subject, one)))
const allowedOf = (answers: { allowed: boolean }[]) => answers.filter(({ allowed }) => allowed).length

describe("two instances with one Redis", () => {
  test("let exactly the limit of fifty parallel calls pass", async () => {
    const answers = await alternately(50, randomUUID())
    expect(allowedOf(answers)).toBe(5)
    const remaining = answers.flatMap((answer) => (answer.allowed ? [answer.remaining] : []))
    expect(remaining.sort()).toEqual([0, 1, 2, 3, 4])
  })

  test("say the same limit and let in again exactly when they said", async () => {
    const subject = randomUUID()
    const short = { name: "test", limit: 2, window: 1000 }
    const first = await consumeAt(0, subject, short)
    expect(first).toMatchObject({ allowed: true, limit: 2, window: 1000, remaining: 1, resetAfter: 1000 })
    await consumeAt(1, subject, short)
    const refused = await consumeAt(0, subject, short)
    const refusedAt = Date.now()
    expect(refused).toMatchObject({ allowed: false, remaining: 0 })
    expect(retryAfterSeconds(refused)).toBe(1)
    let answer = refused
    while (!answer.allowed && Date.now() - refusedAt < 3000) answer = await consumeAt(1, subject, short)
    // The answer is allowed within a few milliseconds of the time that was told.
    const waited = Date.now() - refusedAt
    expect(waited).toBeGreaterThanOrEqual(refused.resetAfter - 20)
    expect(waited).toBeLessThan(refused.resetAfter + 100)
  })

  test("know of a lowered limit how many calls must leave first", async () => {
    const subject = randomUUID()
    await alternately(5, subject)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const lowered = await consumeAt(0, subject, { ...policy, limit: 1 })
    expect(lowered).toMatchObject({ allowed: false, remaining: 0 })
    expect(lowered.resetAfter).toBeLessThan(60_000)
    expect(lowered.resetAfter).toBeGreaterThan(59_000)
  })

  test("do not take their own being busy for an outage", async () => {
    const subject = randomUUID()
    await alternately(5, subject)
    const answer = consumeAt(0, subject)
    const busyUntil = performance.now() + 250
    while (performance.now() < busyUntil);
    // Counted by itself, the instance would let it pass.
    expect((await answer).allowed).toBe(false)
  })

  test("leave nothing behind when the window is over", async () => {
    const subject = randomUUID()
    await consumeAt(0, subject, { name: "test", limit: 1, window: 100 })
    await vi.waitFor(async () => expect(await instances[1].keys(`*${subject}`)).toEqual([]), 2000)
  })
})

describe("while Redis is away", () => {
  test.each([
    ["stopped", () => server.stop(), () => server.start()],
    ["frozen", async () => server.freeze(), async () => server.thaw()],
  ])(
    "%s: each instance limits for itself, without an error and without delay, until it is back",
    async (_, leave, comeBack) => {
      await bothConnected()
      const before = randomUUID()
      await alternately(4, before)
      await leave()

      const subject = randomUUID()
      const delays: number[] = []
      const answers = []
      for (let count = 0; count < 7; count++) {
        const askedAt = performance.now()
        answers.push(await consumeAt(0, subject))
        delays.push(performance.now() - askedAt)
      }
      expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(5).fill(true), false, false])
      expect(answers.at(-1)).toMatchObject({ limit: 5, remaining: 0 })
      expect(Math.max(...delays)).toBeLessThan(200)
      expect(allowedOf(await Promise.all(Array.from({ length: 50 }, () => consumeAt(0, randomUUID()))))).toBe(
        50,
      )

      await comeBack()
      await bothConnected()
      await vi.waitFor(async () => {
        const fresh = randomUUID()
        expect(allowedOf(await alternately(50, fresh))).toBe(5)
        expect(await instances[0].exists(`latchkey:limit:test:${fresh}`)).toBe(1)
      }, 10_000)
    },
    30_000,
  )

  test("fifty parallel calls of one key pass the limit once per instance", async () => {
    await server.stop()
    const answers = await Promise.all(Array.from({ length: 50 }, () => consumeAt(0, "one key")))
    expect(allowedOf(answers)).toBe(5)
    await server.start()
    await bothConnected()
  })
})

describe("connectRedis", () => {
  test("is there for the first call of a process, and lets one start without Redis", async () => {
    const [first] = instances
    processWideValues.delete("redis")
    await connectRedis()
    const subject = randomUUID()
    await consume(policy, subject)
    expect(await first.llen(`latchkey:limit:test:${subject}`)).toBe(1)
    redis()?.disconnect()

    await server.stop()
    processWideValues.delete("redis")
    const askedAt = performance.now()
    await connectRedis()
    expect(performance.now() - askedAt).toBeLessThan(5000)
    redis()?.disconnect()
    await server.start()
    await bothConnected()
  })
})
