import type { ActionResult } from "@/lib/http/action"

/** What an action "answers" that never arrived. */
export const unreachable: Extract<ActionResult<never>, { ok: false }> = {
  ok: false,
  code: "unavailable",
  message: "We could not reach the server. Try again in a moment.",
  requestId: "",
}
