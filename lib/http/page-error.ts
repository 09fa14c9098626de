import { publicError } from "./problem"
import { currentRequestContext } from "./request-context"

/** Logs what a page threw, and tells our listener whether a dependency or we ourselves failed. */
export function reportPageError(error: unknown): void {
  const context = currentRequestContext()
  const known = publicError(error, context?.requestId ?? "unknown")
  if (!context) return
  if (known.code === "unavailable") context.unavailable = true
  else context.failed = true
}
