import { publicError } from "./problem"
import { currentRequestContext, markUnavailable } from "./request-context"

/** Logs what a page threw. An outage makes our listener answer 503 where Next can only say 500. */
export function reportPageError(error: unknown): void {
  const known = publicError(error, currentRequestContext()?.requestId ?? "unknown")
  if (known.code === "unavailable") markUnavailable()
}
