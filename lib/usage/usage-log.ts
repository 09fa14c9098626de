import { randomUUID } from "node:crypto"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { minutes, seconds } from "../duration"
import { beforeExit } from "../lifecycle"
import { log } from "../log"
import { processWide } from "../process-wide"
import { SlidingWindows } from "../rate-limit/sliding-window"
import { isRefused } from "./outcomes"
import { writeWhatCanBeWritten } from "./usage-writer"

// The log of what keys are used for, kept beside the requests: a call only puts a line into memory, and a batch of
// lines is written once a second. Memory is bounded: while the database is away, lines wait up to a number, then new
// ones are dropped and counted, as is a line that the database can never take. A process that is asked to stop writes
// what it holds; one that is killed loses at most a second of lines, and no more than that: a batch is one statement,
// which is repeated without counting twice.

/** One request with a key we know. */
export type ApiKeyUse = {
  id: string
  time: Date
  organizationId: string
  apiKeyId: string
  previousSecretId: string | null
  outcome: ApiKeyOutcome
  status: number
  method: string
  route: string
  latencyMs: number
  ipAddress: string | null
  userAgent: string | null
  requestId: string
  scopes: string[]
  /** It leaves no line: there are enough of its kind. */
  isOnlyCounted?: boolean
}

const EVERY = seconds(1)
const RETRY_MAX = seconds(15)
const BATCH_MAX = 1000
/** About 500 bytes each. */
export const WAITING_MAX = 50_000

/**
 * Lines of refused requests, per key and process. A key that does not work may be known to anybody, and each of them
 * could fill the log of somebody else; beyond this they are only counted.
 */
const REFUSED_LINES = { limit: 60, window: minutes(1) }

type UsageLog = {
  waiting: ApiKeyUse[]
  timer: NodeJS.Timeout | null
  writing: Promise<void> | null
  failures: number
  dropped: number
  written: number
  refusedLines: SlidingWindows
}

const usageLog = processWide<UsageLog>("usage log", () => ({
  waiting: [],
  timer: null,
  writing: null,
  failures: 0,
  dropped: 0,
  written: 0,
  refusedLines: new SlidingWindows(),
}))

/** Puts a use on the log. Never waits, never throws; drops and counts it when too many wait. */
export function logApiKeyUse(use: Omit<ApiKeyUse, "id" | "isOnlyCounted">): void {
  beforeExit("usage log", flushUsageLog)
  if (usageLog.waiting.length >= WAITING_MAX) {
    usageLog.dropped += 1
    return
  }
  usageLog.waiting.push({ id: randomUUID(), ...use, isOnlyCounted: isRefused(use.outcome) && !hasLine(use) })
  if (usageLog.waiting.length >= BATCH_MAX && usageLog.failures === 0) void writeWaiting()
  else schedule()
}

function hasLine({ apiKeyId, time }: { apiKeyId: string; time: Date }): boolean {
  return usageLog.refusedLines.consume(apiKeyId, REFUSED_LINES, time.getTime()).allowed
}

/** How the log is doing, for operators. Counts are since the start of the process. */
export function usageLogCounts(): { waiting: number; written: number; dropped: number } {
  return { waiting: usageLog.waiting.length, written: usageLog.written, dropped: usageLog.dropped }
}

/** Resolves when everything on the log is written, or the database refuses: for stopping, and for tests. */
export async function flushUsageLog(): Promise<void> {
  await usageLog.writing
  await writeWaiting()
}

function schedule(): void {
  const delay = Math.min(EVERY * 2 ** usageLog.failures, RETRY_MAX)
  usageLog.timer ??= setTimeout(() => {
    // One that ends while a batch is being written starts nothing, and must not keep the next from being set.
    usageLog.timer = null
    void writeWaiting()
  }, delay).unref()
}

function writeWaiting(): Promise<void> {
  usageLog.writing ??= writeBatches().finally(() => {
    usageLog.writing = null
    if (usageLog.waiting.length > 0) schedule()
  })
  return usageLog.writing
}

async function writeBatches(): Promise<void> {
  if (usageLog.timer) clearTimeout(usageLog.timer)
  usageLog.timer = null
  while (usageLog.waiting.length > 0) {
    const batch = usageLog.waiting.slice(0, BATCH_MAX)
    let refused: number
    try {
      refused = await writeWhatCanBeWritten(batch)
    } catch (error) {
      usageLog.failures += 1
      const { waiting, dropped } = usageLogCounts()
      log.warn({ err: error, waiting, dropped }, "the usage log cannot be written")
      return
    }
    usageLog.waiting.splice(0, batch.length)
    usageLog.written += batch.length - refused
    usageLog.dropped += refused
    if (usageLog.failures > 0) log.warn(usageLogCounts(), "the usage log is written again")
    usageLog.failures = 0
  }
}
