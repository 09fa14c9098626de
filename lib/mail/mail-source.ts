import type { RequestSource } from "../http/request-context"
import { programDeviceName } from "../network/device-name"

/** Where something was done from. */
export type MailSource = Pick<RequestSource, "clientAddress" | "userAgent">

/** The facts of a mail that say from where; none for what no request asked for. */
export function sourceFacts(source: MailSource | null | undefined): [label: string, value: string][] {
  if (!source) return []
  return [
    ["Address", source.clientAddress ?? "unknown"],
    ["Device", programDeviceName(source.userAgent)],
  ]
}
