import { createRemoteJWKSet, errors, jwtVerify } from "jose"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { GET as jwks } from "@/app/.well-known/jwks.json/route"
import { GET as authorizationServer } from "@/app/.well-known/oauth-authorization-server/route"
import { GET as protectedResource } from "@/app/.well-known/oauth-protected-resource/route"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { addDuration, hours, seconds } from "../duration"
import type { Handler } from "../http/route"
import { createPerson, createProgram } from "../testing/factories"
import { type LoopbackServer, listen } from "../testing/hostile-provider-http"
import { call } from "../testing/requests"
import { authorizationServerMetadata, protectedResourceMetadata } from "./metadata"
import { listSigningKeys, maintainSigningKeys, revokeSigningKey, rotateSigningKey } from "./signing-keys"

const ours = "http://localhost:3000"

// Each test lives hours after the one before, so that this instance's copy of the keys is old when it begins.
let start = new Date()

beforeEach(async () => {
  start = addDuration(start, hours(2))
  vi.useFakeTimers({ toFake: ["Date"], now: start })
  await maintainSigningKeys()
})
afterEach(() => vi.useRealTimers())

/** This instance's copy of the keys is old by then. */
function passTime(duration: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), duration) })
}

function maxAgeOf(headers: Headers): number {
  return Number(/^public, max-age=(\d+)$/.exec(headers.get("cache-control") ?? "")?.[1])
}

describe.each<[string, Handler]>([
  ["the key set", jwks],
  ["the metadata of the authorization server", authorizationServer],
  ["the metadata of the protected resource", protectedResource],
])("%s", (_name, handler) => {
  test("is public JSON for every origin, may be kept, and sets no cookie", async () => {
    const credentials: Record<string, string>[] = [
      {},
      { cookie: "latchkey.session=x" },
      { authorization: "Bearer a.b.c" },
    ]
    for (const headers of credentials) {
      const answer = await call(handler, { headers })
      expect(answer.status).toBe(200)
      expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/)
      expect(answer.headers.get("access-control-allow-origin")).toBe("*")
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull()
      expect(answer.headers.get("set-cookie")).toBeNull()
      expect(maxAgeOf(answer.headers)).toBeGreaterThan(0)
    }
  })

  test("answers HEAD", async () => {
    expect((await call(handler, { method: "HEAD" })).status).toBe(200)
  })
})

describe("the key set", () => {
  test("shows the public members of each key and no other, whatever its state", async () => {
    await createProgram(await createPerson())
    await rotateSigningKey({ evenTooEarly: true })
    passTime(seconds(4))
    const { body } = await call(jwks)
    expect(Object.keys(body)).toEqual(["keys"])
    expect(body.keys).toHaveLength(3)
    for (const key of body.keys) {
      expect(key).toEqual({
        kty: "EC",
        crv: "P-256",
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[\w-]{43}$/),
        alg: "ES256",
        use: "sig",
      })
    }
    expect(new Set(body.keys.map(({ kid }: { kid: string }) => kid)).size).toBe(3)
  })

  test("may be kept for ten minutes at most, for that is how long a key is shown before it signs", async () => {
    expect(maxAgeOf((await call(jwks)).headers)).toBeLessThanOrEqual(600)
  })
})

describe("the authorization server", () => {
  test("is called what its tokens say, and every endpoint it names is its own", async () => {
    const { body } = await call(authorizationServer)
    const { accessToken } = await createProgram(await createPerson())
    expect(body).toEqual(authorizationServerMetadata())
    expect(body.issuer).toBe(ours)
    expect(JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString()).iss).toBe(ours)
    const addresses = Object.entries(body).filter(([name]) => /_(endpoint|uri|documentation)$/.test(name))
    expect(addresses.length).toBeGreaterThan(4)
    for (const [, address] of addresses) expect(new URL(String(address)).origin).toBe(ours)
  })

  test("offers codes with PKCE S256 alone", async () => {
    const { body } = await call(authorizationServer)
    expect(body).toMatchObject({
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      authorization_response_iss_parameter_supported: true,
    })
    expect(JSON.stringify(body)).not.toMatch(/implicit|password|plain|"token"|id_token/)
  })

  test("names no endpoint that is not there", async () => {
    const { existsSync } = await import("node:fs")
    for (const [name, address] of Object.entries(authorizationServerMetadata())) {
      if (!/_(endpoint|uri|documentation)$/.test(name)) continue
      const path = new URL(String(address)).pathname.replace("/auth/google/", "/auth/[provider]/")
      expect([name, existsSync(`app${path}/route.ts`)]).toEqual([name, true])
    }
  })
})

describe("the protected resource", () => {
  test("is called exactly what tokens are for, and names us as its only issuer", async () => {
    const { body } = await call(protectedResource)
    expect(body).toEqual(protectedResourceMetadata())
    expect(body).toMatchObject({
      resource: ours,
      authorization_servers: [ours],
      bearer_methods_supported: ["header"],
    })
  })

  test("is where the challenge of a refused call says", async () => {
    const { headers } = await call(me)
    const [, address] = /resource_metadata="([^"]+)"/.exec(headers.get("www-authenticate") ?? "") ?? []
    expect(address).toBe(`${ours}/.well-known/oauth-protected-resource`)
  })
})

describe("somebody else's verifier", () => {
  let server: LoopbackServer
  let fetches = 0

  beforeAll(async () => {
    server = await listen(0, async (_request, response) => {
      fetches += 1
      const answer = await jwks(new Request(`${ours}/.well-known/jwks.json`), { params: Promise.resolve({}) })
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })
  })
  afterAll(() => server.close())

  const keySet = () =>
    createRemoteJWKSet(new URL(`${server.origin}/jwks.json`), { cooldownDuration: 0, cacheMaxAge: 600_000 })
  const verify = (token: string, keys: ReturnType<typeof keySet>) =>
    jwtVerify(token, keys, {
      issuer: ours,
      audience: ours,
      typ: "at+jwt",
      algorithms: ["ES256"],
      requiredClaims: ["exp", "iat", "jti", "sub", "client_id"],
      clockTolerance: 60,
    })

  test("takes our tokens with nothing but our key set", async () => {
    const person = await createPerson()
    const { accessToken } = await createProgram(person)
    const { payload, protectedHeader } = await verify(accessToken, keySet())
    expect(payload.sub).toBe(person.caller.user.id)
    expect(protectedHeader.alg).toBe("ES256")
  })

  test("takes them across a rotation too, from the key set it had before", async () => {
    const keys = keySet()
    const before = await createProgram(await createPerson())
    await verify(before.accessToken, keys)
    const fetched = fetches
    await rotateSigningKey({ evenTooEarly: true })
    passTime(seconds(4))
    const after = await createProgram(await createPerson())
    expect(after.accessToken.split(".")[0]).not.toBe(before.accessToken.split(".")[0])
    await verify(before.accessToken, keys)
    await verify(after.accessToken, keys)
    expect(fetches).toBe(fetched)
  })

  test("refuses them as soon as it reads our key set after a withdrawal", async () => {
    const { accessToken } = await createProgram(await createPerson())
    const current = (await listSigningKeys()).find(({ state }) => state === "current")
    await revokeSigningKey(String(current?.kid))
    passTime(seconds(5))
    await expect(verify(accessToken, keySet())).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey)
    const rows = await db().signingKey.findMany({ where: { state: "retired" }, select: { kid: true } })
    expect(rows.map(({ kid }) => kid)).toContain(current?.kid)
  })
})
