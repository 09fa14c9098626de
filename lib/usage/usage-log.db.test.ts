import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { db } from "../db"
import { addDuration, minutes } from "../duration"
import { AppError } from "../errors"
import { runLastTasks } from "../lifecycle"
import { processWideValues } from "../process-wide"
import { createKey, createPerson } from "../testing/factories"
import { keyUse } from "../testing/key-use"
import { flushUsageLog, logApiKeyUse, usageLogCounts, WAITING_MAX } from "./usage-log"
import { writeWhatCanBeWritten } from "./usage-writer"

vi.mock("./usage-writer", async (original) => {
  const writer = await original<typeof import("./usage-writer")>()
  return { ...writer, writeWhatCanBeWritten: vi.fn(writer.writeWhatCanBeWritten) }
})

const writer = vi.mocked(writeWhatCanBeWritten)
const original = writer.getMockImplementation()
const away = () => Promise.reject(new AppError("unavailable", "The database cannot be reached."))

beforeEach(async () => {
  if (original) writer.mockImplementation(original)
  await flushUsageLog()
  writer.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
})

async function newKey() {
  const person = await createPerson()
  const { id } = await createKey(person)
  return { apiKeyId: id, organizationId: person.caller.organization.id }
}

const rowsOf = ({ apiKeyId }: { apiKeyId: string }) => db().apiKeyRequest.count({ where: { apiKeyId } })

describe("the usage log", () => {
  test("writes all that it was told, in batches of a thousand, a second later at most", async () => {
    const key = await newKey()
    const { written } = usageLogCounts()
    for (let count = 0; count < 2500; count++) logApiKeyUse(keyUse(key))
    await vi.waitFor(async () => expect(await rowsOf(key)).toBe(2500), { timeout: 5000, interval: 50 })
    expect(usageLogCounts()).toMatchObject({ waiting: 0, written: written + 2500 })
    expect(writer.mock.calls.length).toBeLessThanOrEqual(3)
    for (const [batch] of writer.mock.calls) expect(batch.length).toBeLessThanOrEqual(1000)
  })

  test("keeps sixty lines a minute of what a key is refused, counts all of it, and keeps all that is accepted", async () => {
    const [key, other] = [await newKey(), await newKey()]
    const start = new Date()
    const refuse = (whose: typeof key, count: number, time = start) => {
      for (let index = 0; index < count; index++)
        logApiKeyUse(keyUse(whose, { time, outcome: index % 2 ? "REVOKED" : "SUSPENDED", status: 401 }))
    }
    refuse(key, 100)
    for (let count = 0; count < 70; count++) logApiKeyUse(keyUse(key, { time: start }))
    refuse(other, 5)
    refuse(key, 10, addDuration(start, minutes(1)))
    await flushUsageLog()
    const lines = (outcome: ApiKeyOutcome) =>
      db().apiKeyRequest.count({ where: { apiKeyId: key.apiKeyId, outcome } })
    expect([await lines("VALID"), (await lines("REVOKED")) + (await lines("SUSPENDED"))]).toEqual([70, 70])
    expect(await rowsOf(other)).toBe(5)
    const { _sum } = await db().apiKeyUsage.aggregate({
      where: { apiKeyId: key.apiKeyId, resolution: "minute" },
      _sum: { requests: true },
    })
    expect(_sum).toEqual({ requests: 180 })
  })

  test("writes what it holds before the process ends", async () => {
    const key = await newKey()
    for (let count = 0; count < 1500; count++) logApiKeyUse(keyUse(key))
    await runLastTasks()
    expect(await rowsOf(key)).toBe(1500)
  })

  test("writes at the end also what came while a batch was under way", async () => {
    const key = await newKey()
    let letGo = () => {}
    writer.mockImplementationOnce(async (uses) => {
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
      return original?.(uses) ?? 0
    })
    logApiKeyUse(keyUse(key))
    const first = flushUsageLog()
    await vi.waitFor(() => expect(writer).toHaveBeenCalledOnce())
    logApiKeyUse(keyUse(key))
    const last = runLastTasks()
    letGo()
    await Promise.all([first, last])
    expect(await rowsOf(key)).toBe(2)
  })

  test("costs a request next to nothing, however slow the database is", async () => {
    const key = await newKey()
    let letGo = () => {}
    writer.mockImplementationOnce(async (uses) => {
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
      return original?.(uses) ?? 0
    })
    const delays = Array.from({ length: 10_000 }, () => {
      const startedAt = performance.now()
      logApiKeyUse(keyUse(key))
      return performance.now() - startedAt
    }).sort((a, b) => a - b)
    expect(delays[9900]).toBeLessThan(1)
    letGo()
    await flushUsageLog()
    expect(await rowsOf(key)).toBe(10_000)
  })
})

describe("while the database refuses", () => {
  /** The log of another process. */
  const fresh = async () => {
    vi.resetModules()
    processWideValues.delete("usage log")
    const { log } = await import("../log")
    log.level = "silent"
    return import("./usage-log")
  }

  test("memory is bounded, what does not fit is counted, and all that waited is written when it is back", async () => {
    const log = await fresh()
    const { writeWhatCanBeWritten: write } = await import("./usage-writer")
    const mocked = vi.mocked(write)
    const real = mocked.getMockImplementation()
    mocked.mockImplementation(away)
    const key = await newKey()
    for (let count = 0; count < WAITING_MAX + 123; count++) log.logApiKeyUse(keyUse(key))
    await log.flushUsageLog()
    expect(log.usageLogCounts()).toEqual({ waiting: WAITING_MAX, written: 0, dropped: 123 })
    const triesBefore = mocked.mock.calls.length
    for (let count = 0; count < 1000; count++) log.logApiKeyUse(keyUse(key))
    // A full log does not try at each request.
    expect(mocked.mock.calls.length).toBe(triesBefore)
    expect(log.usageLogCounts()).toMatchObject({ waiting: WAITING_MAX, dropped: 1123 })

    if (real) mocked.mockImplementation(real)
    await log.flushUsageLog()
    expect(log.usageLogCounts()).toEqual({ waiting: 0, written: WAITING_MAX, dropped: 1123 })
    expect(await rowsOf(key)).toBe(WAITING_MAX)
    log.logApiKeyUse(keyUse(key))
    expect(log.usageLogCounts().waiting).toBe(1)
    await log.flushUsageLog()
  }, 120_000)

  test("it is tried again and again, with pauses of fifteen seconds at most, for a minute and longer", async () => {
    const log = await fresh()
    const { writeWhatCanBeWritten: write } = await import("./usage-writer")
    const mocked = vi.mocked(write).mockReset().mockImplementation(away)
    vi.useFakeTimers()
    log.logApiKeyUse(keyUse({ apiKeyId: "key", organizationId: "organization" }))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(mocked.mock.calls.length).toBeGreaterThanOrEqual(5)
    expect(mocked.mock.calls.length).toBeLessThan(12)
    const tries = mocked.mock.calls.length
    await vi.advanceTimersByTimeAsync(15_000)
    expect(mocked.mock.calls.length).toBeGreaterThan(tries)
    mocked.mockResolvedValue(0)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(log.usageLogCounts()).toEqual({ waiting: 0, written: 1, dropped: 0 })
  })

  test("what it can never take is counted as dropped", async () => {
    const log = await fresh()
    const key = await newKey()
    for (const userAgent of ["good", "a\u0000b", "good"]) log.logApiKeyUse(keyUse(key, { userAgent }))
    log.logApiKeyUse(keyUse(key, { requestId: randomUUID() }))
    await log.flushUsageLog()
    expect(log.usageLogCounts()).toMatchObject({ waiting: 0, written: 3, dropped: 1 })
    expect(await rowsOf(key)).toBe(3)
  })
})
