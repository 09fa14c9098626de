import type { Role, SessionEndReason } from "@/prisma/generated/client"
import { systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import type { RequestSource } from "../http/request-context"
import type { TokenSubject } from "./access-token"
import { scopeWithin } from "./permissions"
import { createRefreshToken } from "./refresh-tokens"
import { whereLive } from "./session-end"
import { createSession, endSessions, type SignInProof } from "./sessions"

// The sign-ins of programs: opened by a code or, in the plain flow, by the provider's answer.

/** What a program is granted. */
export type Grant = {
  userId: string
  organizationId: string
  /** The person's role now; what the access token says of them is within it. */
  role: Role
  clientId: string
  scope: readonly string[]
} & SignInProof

/** A sign-in that was just opened, and its first refresh token. */
export type OpenedSession = { subject: TokenSubject; refreshToken: string }

/** Opens the sign-in of a grant, inside the caller's transaction. */
export async function openProgramSession(
  tx: Db,
  source: RequestSource,
  { role, scope, ...grant }: Grant,
): Promise<OpenedSession> {
  const { userId, organizationId, clientId, amr, authTime, ...proof } = grant
  const holder = { clientId }
  const session = await createSession(tx, source, { holder, userId, organizationId, amr, authTime, ...proof })
  const refreshToken = await createRefreshToken(tx, { sessionId: session.id, scope })
  const subject = {
    userId,
    organizationId,
    clientId,
    amr,
    authTime,
    sessionId: session.id,
    sessionExpiresAt: session.expiresAt,
    scope: scopeWithin(role, scope),
  }
  return { subject, refreshToken }
}

/**
 * Ends what a person began in programs and has not finished: codes that no tokens were fetched for, and sign-ins that
 * await a second factor. Those of one organization alone, where one is given; what awaits a factor has none yet.
 */
export async function cancelUnfinishedLogins(
  tx: Db,
  person: { userId: string; organizationId?: string },
): Promise<void> {
  const now = currentTime()
  await tx.authorizationCode.updateMany({ where: { ...person, usedAt: null }, data: { usedAt: now } })
  await tx.loginFlow.updateMany({
    where: { userId: person.userId, finishedAt: null },
    data: { finishedAt: now },
  })
}

const BATCH_ROWS = 200

/**
 * Ends the sign-ins of all programs, batch by batch, and what people began in them and have not finished; returns how
 * many sign-ins there were.
 */
export async function endProgramSessions(reason: SessionEndReason): Promise<number> {
  const now = currentTime()
  await db().loginFlow.updateMany({
    where: { userId: { not: null }, finishedAt: null },
    data: { finishedAt: now },
  })
  await db().authorizationCode.updateMany({ where: { usedAt: null }, data: { usedAt: now } })
  let total = 0
  for (;;) {
    const batch = await db().session.findMany({
      where: { AND: [{ clientId: { not: null } }, whereLive(currentTime())] },
      take: BATCH_ROWS,
      select: { id: true },
    })
    if (batch.length === 0) return total
    const ids = batch.map(({ id }) => id)
    total += await db().$transaction((tx) =>
      endSessions(tx, null, { id: { in: ids } }, { reason, actor: systemActor }),
    )
  }
}
