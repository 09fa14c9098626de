import type { ActionResult } from "@/lib/http/action"

/** What the browser's refusal to make or use a passkey means to the person. */
export function passkeyFault(error: unknown): Extract<ActionResult<never>, { ok: false }> {
  const name = error instanceof Error ? error.name : ""
  return { ok: false, code: "passkey", message: messages[name] ?? messages.NotAllowedError, requestId: "" }
}

const messages: { NotAllowedError: string } & Partial<Record<string, string>> = {
  NotAllowedError: "The passkey was not used. Try again, or use another way.",
  InvalidStateError: "This device already has a passkey of yours.",
  NotSupportedError: "This browser or device cannot create a passkey. Use an authenticator app.",
  SecurityError: "Passkeys work only at the app’s own address.",
}
