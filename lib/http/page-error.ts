import { publicError } from "./problem"
import { currentRequestContext } from "./request-context"

/** Logs what a page threw, and tells our listener whether a dependency or we ourselves failed. */
export function reportPageError(error: unknown): void {
  if (isUnreadableForm(error)) return
  const context = currentRequestContext()
  const known = publicError(error, context?.requestId ?? "unknown")
  if (!context) return
  if (known.code === "unavailable") context.unavailable = true
  else context.failed = true
}

/** What reading the body of a form throws when it is none: the client's fault, which Next reports as the page's. */
function isUnreadableForm(error: unknown): boolean {
  return error instanceof TypeError && error.message.startsWith("Failed to parse body as FormData")
}
