import type { KeyObject } from "node:crypto"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { GET as me } from "@/app/api/v1/me/route"
import { seconds } from "../duration"
import { env } from "../env"
import { createPerson, createProgram } from "../testing/factories"
import {
  type Forger,
  forgedTokens,
  inSeconds,
  missignedTokens,
  privateKeyOf,
  reissued,
} from "../testing/forged-tokens"
import { type LoopbackServer, listen } from "../testing/hostile-provider-http"
import { call } from "../testing/requests"
import { verifyAccessToken } from "./access-token"
import { listPublicJwks } from "./key-ring"
import { listSigningKeys, openPrivateJwk } from "./signing-keys"

let forger: Forger
let ourKey: KeyObject
let canary: LoopbackServer
let honestMs: number
const canaryRequests: (string | undefined)[] = []

beforeAll(async () => {
  canary = await listen(0, (request, response) => {
    canaryRequests.push(request.url)
    response.end("{}")
  })
  const { accessToken: token } = await createProgram(await createPerson())
  const signingKey = (await listSigningKeys()).find(({ state }) => state === "current")
  const publicJwk = (await listPublicJwks()).find(({ kid }) => kid === signingKey?.kid)
  if (!publicJwk || !signingKey) throw new Error("there is no signing key")
  ourKey = privateKeyOf(openPrivateJwk(signingKey))
  forger = { token, publicJwk, canary: canary.origin }
  await present(token)
  const started = performance.now()
  await present(token)
  honestMs = performance.now() - started
})
afterEach(() => expect(canaryRequests).toEqual([]))
afterAll(() => canary.close())

const present = (token: string) => call(me, { headers: { authorization: `Bearer ${token}` } })

/** A hundredth of what the costly ones ask for would take minutes; a pause of the machine is forgiven. */
const allowedMs = (tokens: number) => seconds(2) + 20 * tokens * honestMs

async function expectRefused(token: string) {
  const started = performance.now()
  const { status, headers, body } = await present(token)
  const elapsedMs = performance.now() - started
  expect([status, body.code]).toEqual([401, "unauthenticated"])
  expect(headers.get("www-authenticate")).toMatch(/^Bearer .*error="invalid_token"/)
  expect(elapsedMs).toBeLessThan(allowedMs(1))
}

describe("a token as we issue it", () => {
  test("says what RFC 9068 wants and nothing that identifies the person to others", async () => {
    const person = await createPerson()
    const { accessToken, sessionId, expiresIn } = await createProgram(person)
    const claims = decodeJwt(accessToken)
    const { kid } = forger.publicJwk
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: "ES256", typ: "at+jwt", kid })
    expect(claims).toEqual({
      iss: env().APP_URL,
      aud: env().APP_URL,
      sub: person.caller.user.id,
      client_id: "cli",
      organization_id: person.caller.organization.id,
      sid: sessionId,
      jti: expect.stringMatching(/^[\w-]{36}$/),
      iat: expect.any(Number),
      exp: Number(claims.iat) + 3600,
      auth_time: expect.any(Number),
      amr: ["google"],
      scope: expect.stringContaining("ai:invoke"),
    })
    expect(expiresIn).toBe(3600)
    expect(accessToken.length).toBeLessThan(1500)
  })

  test("is told from every other by its id", async () => {
    const person = await createPerson()
    const programs = await Promise.all(Array.from({ length: 5 }, () => createProgram(person)))
    expect(new Set(programs.map(({ accessToken }) => decodeJwt(accessToken).jti)).size).toBe(5)
  })
})

describe("a token that", () => {
  test.each(Object.keys(forgedTokens))("%s is refused", async (name) => {
    const token = await forgedTokens[name]?.(forger)
    await expectRefused(String(token))
  })

  test.each(Object.keys(missignedTokens))("is signed with our key and %s is refused", async (name) => {
    await expectRefused(String(missignedTokens[name]?.(forger, ourKey)))
  })

  // Without these, a table of refusals would prove nothing.
  test.each<[string, () => Record<string, unknown>]>([
    ["is signed anew", () => ({})],
    ["expired 30 s ago", () => ({ exp: inSeconds(-30) })],
    ["is not valid before 30 s from now", () => ({ nbf: inSeconds(30) })],
    ["was issued 30 s from now", () => ({ iat: inSeconds(30) })],
  ])("%s, by a clock that is a little off, is good", async (_name, changes) => {
    expect((await present(reissued(forger, ourKey, changes()))).status).toBe(200)
  })

  test.each(["\n", "\r\n", " ", "\u0000", "\u00a0", "=", "."])(
    "is followed by %j is another text",
    async (tail) => {
      expect(await verifyAccessToken(forger.token)).not.toBeNull()
      expect(await verifyAccessToken(forger.token + tail)).toBeNull()
      expect(await verifyAccessToken(tail + forger.token)).toBeNull()
    },
  )
})

test("no forged token holds up the others", async () => {
  const tokens = await Promise.all(Object.values(forgedTokens).map((forge) => forge(forger)))
  const started = performance.now()
  const verdicts = await Promise.all(tokens.map((token) => verifyAccessToken(token)))
  expect(performance.now() - started).toBeLessThan(allowedMs(tokens.length))
  expect(verdicts.filter((claims) => claims !== null)).toEqual([])
})
