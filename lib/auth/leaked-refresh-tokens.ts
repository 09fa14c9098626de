import { systemActor } from "../audit/audit-log"
import { db } from "../db"
import type { RequestSource } from "../http/request-context"
import { hashToken } from "./opaque-token"
import { isRefreshToken } from "./refresh-tokens"
import { endSessions } from "./sessions"

/**
 * Ends the sign-ins of refresh tokens that are in other hands, whichever token of their chain it is, and returns those
 * of the tokens that are ours. A sign-in that has ended is left as it is. Throws unavailable.
 */
export async function endLeakedSignIns(
  source: RequestSource | null,
  tokens: readonly string[],
): Promise<Set<string>> {
  const presented = [...new Set(tokens.filter(isRefreshToken))]
  if (presented.length === 0) return new Set()
  const rows = await db().refreshToken.findMany({
    where: { hash: { in: presented.map(hashToken) } },
    select: { hash: true, sessionId: true },
  })
  const sessionIds = [...new Set(rows.map(({ sessionId }) => sessionId))]
  await db().$transaction((tx) =>
    endSessions(tx, source, { id: { in: sessionIds } }, { reason: "reuse_detected", actor: systemActor }),
  )
  const known = new Set(rows.map(({ hash }) => hex(hash)))
  return new Set(presented.filter((token) => known.has(hex(hashToken(token)))))
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex")
}
