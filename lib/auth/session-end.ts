import type { Prisma, SessionEndReason } from "@/prisma/generated/client"
import { addDuration, seconds } from "../duration"
import { env } from "../env"

// Whether a sign-in lives, asked of a row and asked in a query; both in one place so that they agree.

/** Why a sign-in is over: as recorded, or as its times say. */
export type SessionEnd = { endedAt: Date; reason: SessionEndReason | "expired" | "idle" }

/** What sessionEnd reads. */
export const sessionTimes = {
  clientId: true,
  lastSeenAt: true,
  expiresAt: true,
  endedAt: true,
  endReason: true,
  user: { select: { disabledAt: true } },
} satisfies Prisma.SessionSelect

type SessionTimes = Prisma.SessionGetPayload<{ select: typeof sessionTimes }>

/** When and why a sign-in ended, or null while it lives. Only a browser can lie idle. */
export function sessionEnd(session: SessionTimes, now: Date): SessionEnd | null {
  const { endedAt, endReason, expiresAt, lastSeenAt, clientId, user } = session
  if (endedAt) return { endedAt, reason: endReason ?? "revoked" }
  const ends: SessionEnd[] = [{ endedAt: expiresAt, reason: "expired" }]
  if (clientId === null) ends.push({ endedAt: addDuration(lastSeenAt, idleLimit()), reason: "idle" })
  if (user.disabledAt) ends.push({ endedAt: user.disabledAt, reason: "admin" })
  // What came first ended it.
  const [first] = ends.sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime())
  return first && now >= first.endedAt ? first : null
}

/** The same as a condition, in which the sign-ins of somebody who is disabled count as live. */
export function whereLive(now: Date) {
  return {
    endedAt: null,
    expiresAt: { gt: now },
    OR: [{ clientId: { not: null } }, { lastSeenAt: { gt: addDuration(now, -idleLimit()) } }],
  } satisfies Prisma.SessionWhereInput
}

function idleLimit(): number {
  return seconds(env().SESSION_IDLE_SECONDS)
}
