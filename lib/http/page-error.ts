import { publicError } from "./problem"
import { currentRequestContext } from "./request-context"

/** Logs what a page threw. An outage marks the request, so that the listener answers 503 instead of Next's 500. */
export function reportPageError(error: unknown): void {
  const context = currentRequestContext()
  const known = publicError(error, context?.requestId ?? "unknown")
  if (context && known.code === "unavailable") context.unavailable = true
}
