import type { RequestSource } from "../http/request-context"
import { deviceName, programDeviceName } from "../network/device-name"

/** Where something was done from. */
export type MailSource = Pick<RequestSource, "clientAddress" | "userAgent">

/**
 * The same of a mail that a stranger may ask for: of what their program calls itself only what we know, so that no
 * address of theirs stands in a mail of ours.
 */
export function strangerFacts({ clientAddress, userAgent }: MailSource): [label: string, value: string][] {
  return [
    ["Address", clientAddress ?? "unknown"],
    ["Device", deviceName(userAgent)],
  ]
}

/** The facts of a mail that say from where; none for what no request asked for. */
export function sourceFacts(source: MailSource | null | undefined): [label: string, value: string][] {
  if (!source) return []
  return [
    ["Address", source.clientAddress ?? "unknown"],
    ["Device", programDeviceName(source.userAgent)],
  ]
}
