import type { Instrumentation } from "next"

/** Runs once before the first request, whatever listener is in front: a bad environment, or a wrong key, stops the start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return
  const { env } = await import("./lib/env")
  const { log } = await import("./lib/log")
  log.level = env().LOG_LEVEL
  const { openKeyRingAtStart } = await import("./lib/auth/key-ring")
  await openKeyRingAtStart()
  const { synchronizeClock } = await import("./lib/clock")
  await synchronizeClock().catch((error: unknown) =>
    log.warn({ err: error }, "the database's clock is unknown"),
  )
  const { connectRedis } = await import("./lib/redis")
  await connectRedis()
  const { maintainUsagePartitions } = await import("./lib/usage/partitions")
  await maintainUsagePartitions().catch((error: unknown) =>
    log.warn({ err: error }, "the usage log may lack a partition"),
  )
  const { startMaintenance } = await import("./lib/maintenance")
  startMaintenance()
  const { startMailDelivery } = await import("./lib/mail/mail-delivery")
  startMailDelivery()
}

/** What a page throws ends here: logged with its request id, and told to the listener when it is an outage. */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, { routeType }) => {
  // Actions map their own errors; what Next reports of one is a body that it could not read.
  if (process.env.NEXT_RUNTIME !== "nodejs" || routeType === "action") return
  const { reportPageError } = await import("./lib/http/page-error")
  reportPageError(error)
}
