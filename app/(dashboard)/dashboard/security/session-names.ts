import type { SessionView } from "@/lib/auth/session-list"
import { deviceName, programDeviceName } from "./device-name"

/** What people call a sign-in: the program that holds it, or their browser. */
export function sessionName({ client, userAgent }: SessionView): string {
  return client?.name ?? deviceName(userAgent)
}

/** Where a program runs; null for a browser, whose name says it. */
export function sessionDevice({ client, userAgent }: SessionView): string | null {
  return client && programDeviceName(userAgent)
}
