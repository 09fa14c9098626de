import { setTimeout as sleep } from "node:timers/promises"
import { remindOfApiKeys } from "./api-keys/key-reminders"
import { maintainSigningKeys } from "./auth/signing-keys"
import { resealTotpSecrets } from "./auth/totp-factors"
import { cleanUp } from "./cleanup"
import { synchronizeClock } from "./clock"
import { minutes, seconds } from "./duration"
import { isDraining } from "./lifecycle"
import { log } from "./log"
import { processWide } from "./process-wide"
import { maintainUsagePartitions } from "./usage/partitions"
import { watchApiKeys } from "./watchman/watchman"

const EVERY = minutes(1)
const BATCH_PAUSE = seconds(0.2)
/** A long backlog is worked off over several rounds. */
const BATCHES_MAX = 100

const maintenance = processWide("maintenance", () => ({ timer: undefined as NodeJS.Timeout | undefined }))

/** From here on this process keeps its clock, rotates signing keys, sends reminders and removes what has expired. */
export function startMaintenance(): void {
  clearInterval(maintenance.timer)
  let running = false
  maintenance.timer = setInterval(() => {
    if (running || isDraining()) return
    running = true
    void maintain().finally(() => {
      running = false
    })
  }, EVERY)
  // It never keeps a process alive that has nothing else to do.
  maintenance.timer.unref()
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

/** A task that fails leaves the others to their work. */
async function maintain(): Promise<void> {
  for (const [name, task] of Object.entries(tasks))
    await task().catch((error: unknown) => log.warn({ err: error, task: name }, "maintenance failed"))
}

async function removeExpired(): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX && !isDraining() && (await cleanUp()) > 0; batch++)
    await sleep(BATCH_PAUSE)
}
