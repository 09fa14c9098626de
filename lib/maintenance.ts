import { setTimeout as sleep } from "node:timers/promises"
import { remindOfApiKeys } from "./api-keys/key-reminders"
import { maintainSigningKeys } from "./auth/signing-keys"
import { resealTotpSecrets } from "./auth/totp-factors"
import { cleanUp } from "./cleanup"
import { synchronizeClock } from "./clock"
import { minutes, seconds } from "./duration"
import { isDraining } from "./lifecycle"
import { log } from "./log"
import { every } from "./periodic"
import { maintainUsagePartitions } from "./usage/partitions"
import { watchApiKeys } from "./watchman/watchman"

const BATCH_PAUSE = seconds(0.2)
/** A long backlog is worked off over several rounds. */
const BATCHES_MAX = 100

/**
 * From here on, each minute, this process sets its clock by the database's, rotates signing keys, seals the secrets of
 * authenticator apps under the newest key, makes and drops partitions of the usage log, reminds of API keys, watches
 * their use, and removes what has expired.
 */
export function startMaintenance(): void {
  every("maintenance", minutes(1), maintain)
}

// By names that no bundler changes.
const tasks: Record<string, () => Promise<unknown>> = {
  synchronizeClock,
  maintainSigningKeys,
  resealTotpSecrets,
  maintainUsagePartitions,
  remindOfApiKeys,
  watchApiKeys,
  removeExpired,
}

/** A task that fails leaves the others to their work; in a process that drains no more are begun. */
async function maintain(): Promise<void> {
  for (const [name, task] of Object.entries(tasks)) {
    if (isDraining()) return
    await task().catch((error: unknown) => log.warn({ err: error, task: name }, "maintenance failed"))
  }
}

async function removeExpired(): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX && !isDraining() && (await cleanUp()) > 0; batch++)
    await sleep(BATCH_PAUSE)
}
