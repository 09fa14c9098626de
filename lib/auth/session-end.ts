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
  if (user.disabledAt) return { endedAt: user.disabledAt, reason: "admin" }
  const idleAt = clientId === null ? addDuration(lastSeenAt, idleLimit()) : expiresAt
  if (now >= idleAt && idleAt < expiresAt) return { endedAt: idleAt, reason: "idle" }
  return now >= expiresAt ? { endedAt: expiresAt, reason: "expired" } : null
}

/** The same as a condition, but for people who are disabled. */
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
