import type { Posture } from "@/lib/api-keys/posture"
import type { PostureChange } from "@/lib/api-keys/posture.schema"

/** What can be wrong with how a key is held, and what mends it, as people read it. */
export type PostureFault = {
  group: keyof Posture
  title: string
  why: string
  change: PostureChange
  /** The button. */
  verb: string
  /** What will happen. */
  consequence: string
  /** What has happened, after "2 keys". */
  done: string
  isDestructive?: boolean
}

/** The most urgent first. */
export function postureFaults(defaultRateLimit: number): PostureFault[] {
  return [
    {
      group: "unused",
      title: "Unused for 90 days",
      why: "Nobody would miss them, and nobody would notice if one were stolen.",
      change: "revoke",
      verb: "Revoke",
      consequence: "Programs that still use them are refused at once. Each can be restored for an hour.",
      done: "revoked",
      isDestructive: true,
    },
    {
      group: "broaderThanUsed",
      title: "Broader than used",
      why: "They hold scopes that no request has needed for 90 days, and a thief would have them too.",
      change: "narrow_to_used",
      verb: "Narrow to what is used",
      consequence: "They lose the scopes that nothing needed. What their programs do now keeps working.",
      done: "narrowed to what is used",
    },
    {
      group: "neverExpires",
      title: "Never expire",
      why: "A copy that somebody made years ago still works, and will go on working.",
      change: "expire_in_90_days",
      verb: "Expire in 90 days",
      consequence:
        "They stop working in 90 days, unless you move the date. Owners and admins get a mail before.",
      done: "set to expire in 90 days",
    },
    {
      group: "withoutLimit",
      title: "No limit of their own",
      why: `They follow the default for all, now ${defaultRateLimit} requests a minute, and change with it.`,
      change: "limit_to_default",
      verb: `Limit to ${defaultRateLimit} a minute`,
      consequence: `Each gets ${defaultRateLimit} requests a minute as its own limit, which you can then lower.`,
      done: `limited to ${defaultRateLimit} requests a minute`,
    },
  ]
}

/** "1 key", "2 keys". */
export function countOfKeys(count: number): string {
  return `${count} ${count === 1 ? "key" : "keys"}`
}
