import { describe, expect, test } from "vitest"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { auditActionsOn, createPerson, createProgram } from "../testing/factories"
import { call } from "../testing/requests"
import { refreshTokens } from "./refresh-tokens"

const source = { requestId: "test-request", clientAddress: "192.0.2.1", userAgent: "test" }

/** The family's tokens, and those of them that could still be used. */
async function family(sessionId: string) {
  const tokens = await db().refreshToken.findMany({ where: { sessionId } })
  return { tokens, live: tokens.filter(({ usedAt }) => usedAt === null) }
}

describe("twenty refreshes of one token at once", () => {
  test("make one successor, which all of them get, and sign nobody out", async () => {
    const program = await createProgram(await createPerson())
    const pairs = await Promise.all(
      Array.from({ length: 20 }, () => refreshTokens(source, { refreshToken: program.refreshToken })),
    )
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1)
    const { tokens, live } = await family(program.sessionId)
    expect([tokens.length, live.length]).toEqual([2, 1])
    for (const { accessToken } of pairs) {
      const answer = await call(me, { headers: { authorization: `Bearer ${accessToken}` } })
      expect(answer.status).toBe(200)
    }
  })
})

describe("a token that was used before its successor was", () => {
  test("ends the sign-in, commits that, and records it once", async () => {
    const program = await createProgram(await createPerson())
    const second = await refreshTokens(source, { refreshToken: program.refreshToken })
    await refreshTokens(source, { refreshToken: second.refreshToken })
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(refreshTokens(source, { refreshToken: program.refreshToken })).rejects.toMatchObject({
        code: "invalid_grant",
      })
    }
    const session = await db().session.findUniqueOrThrow({ where: { id: program.sessionId } })
    expect(session.endReason).toBe("reuse_detected")
    expect(await auditActionsOn(program.sessionId)).toEqual([
      "session.created",
      "session.ended",
      "refresh_token.reused",
    ])
    expect((await call(me, { headers: program.bearer })).status).toBe(401)
  })
})
