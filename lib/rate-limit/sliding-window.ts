// The exact sliding window: at most `limit` calls are allowed in any `window`, wherever it begins. What is kept is
// when each allowed call was; a refused one leaves nothing, so whoever keeps knocking is let in as soon as others are.

export type Consumption = {
  allowed: boolean
  limit: number
  /** In milliseconds. */
  window: number
  remaining: number
  /** Milliseconds until one more call is allowed than now: after a refusal, until a retry succeeds. */
  resetAfter: number
}

type Bounds = { limit: number; window: number }

/** The allowed calls of one subject, oldest first, and how long each of them counts. */
type CallLog = { times: number[]; first: number; window: number }

/** How many subjects each call looks at, so that a million of them are forgotten without a pause for all other calls. */
const SWEPT_PER_CALL = 20

/**
 * The windows of many subjects in this process. It forgets nobody whose calls still count, however many come; what
 * bounds its memory is how many calls can be allowed within a window, at about 500 bytes a subject.
 */
export class SlidingWindows {
  private readonly logs = new Map<string, CallLog>()
  private sweeping = this.logs.entries()

  /** Counts a call of `subject` at `now` (milliseconds), if it is allowed. */
  consume(subject: string, policy: Bounds, now: number): Consumption {
    return this.look(subject, policy, { now, counts: true })
  }

  /** What `consume` would say, without counting anything. */
  peek(subject: string, policy: Bounds, now: number): Consumption {
    return this.look(subject, policy, { now, counts: false })
  }

  private look(
    subject: string,
    { limit, window }: Bounds,
    { now, counts }: { now: number; counts: boolean },
  ): Consumption {
    this.sweep(now)
    const log = this.logs.get(subject) ?? { times: [], first: 0, window }
    if (counts) this.logs.set(subject, log)
    dropBefore(log, now - window)
    const allowed = log.times.length - log.first < limit
    if (allowed && counts) log.times.push(now)
    const used = log.times.length - log.first
    // With a limit that was lowered since, more than one call must leave before the next is allowed.
    const decisive = log.times[allowed ? log.first : log.times.length - limit] ?? now
    return {
      allowed,
      limit,
      window,
      remaining: Math.max(0, limit - used),
      resetAfter: decisive + window - now,
    }
  }

  /** How many subjects are remembered. */
  get size(): number {
    return this.logs.size
  }

  /** What has left every window says nothing about the next call. */
  private sweep(now: number): void {
    for (let looked = 0; looked < SWEPT_PER_CALL; looked++) {
      const { done, value } = this.sweeping.next()
      if (done) {
        this.sweeping = this.logs.entries()
        return
      }
      const [subject, log] = value
      if ((log.times.at(-1) ?? 0) <= now - log.window) this.logs.delete(subject)
    }
  }
}

function dropBefore(log: CallLog, instant: number): void {
  while ((log.times[log.first] ?? Number.POSITIVE_INFINITY) <= instant) log.first += 1
  // Not at each call: moving the rest is what costs.
  if (log.first * 2 <= log.times.length) return
  log.times = log.times.slice(log.first)
  log.first = 0
}
