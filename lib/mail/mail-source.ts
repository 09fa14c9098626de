import type { RequestSource } from "../http/request-context"
import { deviceName, programDeviceName } from "../network/device-name"

/** Where something was done from. */
export type MailSource = Pick<RequestSource, "clientAddress" | "userAgent">

/** The facts of a mail that say from where; none for what no request asked for. */
export function sourceFacts(source: MailSource | null | undefined): Fact[] {
  return source ? factsOf(source, programDeviceName(source.userAgent)) : []
}

/**
 * The same for a mail that a stranger may ask for: of what their program calls itself only what we know, so that no
 * address of theirs stands in a mail of ours.
 */
export function strangerFacts(source: MailSource): Fact[] {
  return factsOf(source, deviceName(source.userAgent))
}

type Fact = [label: string, value: string]

function factsOf({ clientAddress }: MailSource, device: string): Fact[] {
  return [
    ["Address", clientAddress ?? "unknown"],
    ["Device", device],
  ]
}
