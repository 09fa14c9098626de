import type { Db } from "../db"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { cancelFactorReset } from "./factor-resets"
import { generateOpaqueToken } from "./opaque-token"
import { createSession, endBrowserSession, endSessions, type SignInProof } from "./sessions"

// Sign-ins of a browser in which no provider takes part: by passkey or password.

type BrowserSignIn = SignInProof & { userId: string; replaces: Replaced }

/** The session this browser has now, if any, which the new one replaces. */
export type Replaced = { token: string | null } | { sessionId: string }

/** A session for the browser's cookie. */
export type OpenedBrowser = {
  token: string
  expiresAt: Date
  /** Whether a second factor must be given before it is good for anything else. */
  isPending: boolean
}

/**
 * Opens a session for a browser and ends the one it had, inside the caller's transaction. Throws forbidden for somebody
 * who is disabled.
 */
export async function openBrowserSession(
  tx: Db,
  source: RequestSource,
  { userId, replaces, ...proof }: BrowserSignIn,
): Promise<OpenedBrowser> {
  const { disabledAt, memberships } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      disabledAt: true,
      memberships: { orderBy: { createdAt: "asc" }, take: 1, select: { organizationId: true } },
    },
  })
  const organizationId = memberships[0]?.organizationId
  if (disabledAt || !organizationId)
    throw new AppError("forbidden", "This account is disabled. Ask the people who run this service.")
  const token = generateOpaqueToken()
  // Whoever gives a second factor has not lost it.
  if (proof.secondFactorAt) await cancelFactorReset(tx, source, { userId, organizationId })
  await endReplaced(tx, source, replaces)
  const holder = { token }
  const { expiresAt, isPending } = await createSession(tx, source, {
    holder,
    userId,
    organizationId,
    ...proof,
  })
  return { token, expiresAt, isPending }
}

async function endReplaced(tx: Db, source: RequestSource, replaces: Replaced): Promise<void> {
  const reason = "replaced"
  if ("sessionId" in replaces) await endSessions(tx, source, { id: replaces.sessionId }, { reason })
  else if (replaces.token) await endBrowserSession(tx, source, { token: replaces.token, reason })
}
