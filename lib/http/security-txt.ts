import { currentTime } from "../clock"
import { addDuration, days } from "../duration"
import { env } from "../env"

/** RFC 9116 recommends less than a year; made anew for each reader, it never runs out. */
const GOOD_FOR = days(180)

/** Where to report a vulnerability (RFC 9116), or null where nobody is named to report to. */
export function securityTxt(now = currentTime()): string | null {
  const { SECURITY_CONTACT, APP_URL } = env()
  if (!SECURITY_CONTACT) return null
  const fields = [
    ["Contact", SECURITY_CONTACT],
    ["Expires", addDuration(now, GOOD_FOR).toISOString()],
    ["Preferred-Languages", "en"],
    ["Canonical", `${APP_URL}/.well-known/security.txt`],
  ]
  return fields.map(([name, value]) => `${name}: ${value}\n`).join("")
}
