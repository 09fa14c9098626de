// POST /api/v1/secret-scanning/github, by GitHub: headers Github-Public-Key-Identifier and Github-Public-Key-Signature
// (base64 of the DER signature, ECDSA P-256 with SHA-256, over the body as it is sent)
//   [{"token": "…", "type": "…", "url": "…"|null, "source": "…"|null}, at most 10000 of them, at most 1 MB]
//   200 [{"token_hash": "<SHA-256 in hex>", "token_type": "…", "label": "true_positive"|"false_positive"}], no-store
//   401 unauthenticated for no, a wrong or an unknown signature; 400 for another body; 413 over 1 MB
//   503 unavailable, with Retry-After, while GitHub's keys cannot be fetched
import { createHash, generateKeyPairSync } from "node:crypto"
import { afterAll, afterEach, describe, expect, test, vi } from "vitest"
import { generateApiKey } from "@/lib/api-keys/api-key-format"
import { hashToken } from "@/lib/auth/opaque-token"
import { db } from "@/lib/db"
import { addDuration, hours, minutes } from "@/lib/duration"
import { auditActionsOn, createKey, createPerson } from "@/lib/testing/factories"
import { startSecretScanning } from "@/lib/testing/github-reports"
import { call } from "@/lib/testing/requests"
import * as route from "./route"

const github = await startSecretScanning()
process.env.GITHUB_SECRET_SCANNING_KEYS_URL = github.url
process.env.ALLOW_TEST_ISSUER = "1"
afterAll(() => github.close())
afterEach(() => void vi.useRealTimers())

const url = "https://github.com/octocat/hello/blob/1a2b3c/.env"
const bodyOf = (tokens: readonly string[]) =>
  JSON.stringify(tokens.map((token) => ({ token, type: "latchkey_api_key", url, source: "content" })))
const send = (raw: string, headers: Record<string, string> = github.sign(raw)) =>
  call(route.POST, { method: "POST", raw, headers })
const isLeaked = async (id: string) =>
  (await db().apiKey.findUniqueOrThrow({ where: { id }, select: { leaked: true } })).leaked
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
const later = (duration: number) =>
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), duration) })

describe("200", () => {
  test("a signed report revokes the key, tells its admins where it was found, and says which were real", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada, { name: "CI" })
    const stranger = generateApiKey(ada.caller.organization.id)
    const { status, body, headers } = await send(bodyOf([secret, stranger, "NMIfyYncKcRALEXAMPLE"]))
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"])
    expect(body).toEqual([
      { token_hash: sha256(secret), token_type: "latchkey_api_key", label: "true_positive" },
      { token_hash: sha256(stranger), token_type: "latchkey_api_key", label: "false_positive" },
      {
        token_hash: sha256("NMIfyYncKcRALEXAMPLE"),
        token_type: "latchkey_api_key",
        label: "false_positive",
      },
    ])
    const key = await db().apiKey.findUniqueOrThrow({
      where: { id },
      select: { revokedReason: true, leaked: true },
    })
    expect(key).toEqual({ revokedReason: "Found in public by GitHub secret scanning", leaked: true })
    const event = await db().auditEvent.findFirstOrThrow({ where: { targetId: id } })
    expect(event).toMatchObject({
      action: "api_key.revoked",
      actorType: "system",
      details: { leaked: true, source: "github", url },
    })
    const mail = await db().mail.findFirstOrThrow({ where: { to: ada.caller.user.email } })
    expect(mail.subject).toContain("CI")
    expect(mail.text).toContain(url)
  })

  test("the same report again changes, records and mails nothing more", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const raw = bodyOf([secret, secret])
    const answers = [await send(raw), ...(await Promise.all([send(raw), send(raw)]))]
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
    expect(await auditActionsOn(id)).toEqual(["api_key.revoked"])
    expect(await db().mail.count({ where: { to: ada.caller.user.email } })).toBe(1)
  })

  test("1,000 keys in one report are all ended", async () => {
    const ada = await createPerson()
    const { id: organizationId } = ada.caller.organization
    const secrets = Array.from({ length: 1000 }, () => generateApiKey(organizationId))
    await db().apiKey.createMany({
      data: secrets.map((secret) => ({
        organizationId,
        createdById: ada.caller.user.id,
        name: "Many",
        hash: hashToken(secret),
        lastFour: secret.slice(-4),
      })),
    })
    const { status, body } = await send(bodyOf(secrets))
    expect([status, body.length]).toEqual([200, 1000])
    expect(await db().apiKey.count({ where: { organizationId, leaked: true } })).toBe(1000)
    expect(await db().auditEvent.count({ where: { organizationId, action: "api_key.revoked" } })).toBe(1000)
    expect(await db().mail.count({ where: { to: ada.caller.user.email } })).toBe(1000)
  })

  test("keeps no address that is not one of the web", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    await send(JSON.stringify([{ token: secret, type: "t", url: "javascript:alert(1)" }]))
    const event = await db().auditEvent.findFirstOrThrow({ where: { targetId: id } })
    expect(event.details).toMatchObject({ url: null })
  })
})

describe("401", () => {
  test("a body that differs by one byte from what was signed ends nothing", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const raw = bodyOf([secret])
    expect((await send(`${raw} `, github.sign(raw))).status).toBe(401)
    expect(await isLeaked(id)).toBe(false)
  })

  test("nor does a signature of another key, none, or what is no signature", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const raw = bodyOf([secret])
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const { "github-public-key-signature": _, ...unsigned } = github.sign(raw)
    const { "github-public-key-identifier": __, ...unnamed } = github.sign(raw)
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
    for (const headers of [
      github.sign(raw, { key: privateKey }),
      github.sign(raw, { key: rsa.privateKey }),
      unsigned,
      unnamed,
      { ...github.sign(raw), "github-public-key-signature": "AAAA" },
      { ...github.sign(raw), "github-public-key-signature": "not base64" },
      { ...github.sign(raw), "github-public-key-identifier": "unknown" },
    ]) {
      expect(await send(raw, headers)).toMatchObject({ status: 401, body: { code: "unauthenticated" } })
    }
    expect(await isLeaked(id)).toBe(false)
  })

  test("an unsigned body is not even parsed, nor read", async () => {
    const { status } = await send("{", { "content-type": "application/json" })
    expect(status).toBe(401)
    const pulled = vi.fn()
    const raw = new ReadableStream({ pull: pulled }, { highWaterMark: 0 })
    const request = new Request("http://localhost:3000/", {
      method: "POST",
      body: raw,
      duplex: "half",
    } as RequestInit)
    expect((await route.POST(request, { params: Promise.resolve({}) })).status).toBe(401)
    expect(pulled).not.toHaveBeenCalled()
  })
})

describe("GitHub's keys", () => {
  test("are fetched once, and for unknown ones again no more often than every two minutes", async () => {
    later(hours(2))
    const raw = bodyOf([])
    await send(raw)
    const { fetches } = github.state
    const unknown = github.sign(raw, { identifier: "next" })
    for (let times = 0; times < 5; times++) expect((await send(raw, unknown)).status).toBe(401)
    await send(raw)
    expect(github.state.fetches).toBe(fetches)
    const next = generateKeyPairSync("ec", { namedCurve: "P-256" })
    github.publish("next", next.publicKey)
    later(minutes(3))
    const signed = github.sign(raw, { identifier: "next", key: next.privateKey })
    const answers = await Promise.all([send(raw, signed), send(raw, signed)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(github.state.fetches).toBe(fetches + 1)
  })

  test("that are not P-256 sign nothing", async () => {
    later(hours(8))
    const raw = bodyOf([])
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" })
    github.publish("rsa", rsa.publicKey)
    github.publish("p384", p384.publicKey)
    for (const [identifier, key] of [
      ["rsa", rsa.privateKey],
      ["p384", p384.privateKey],
    ] as const)
      expect((await send(raw, github.sign(raw, { identifier, key }))).status).toBe(401)
  })

  test("that cannot be fetched give 503, and revoke nothing", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const raw = bodyOf([secret])
    later(hours(12))
    github.state.status = 403
    for (let times = 0; times < 3; times++) {
      const { status, headers } = await send(raw)
      expect([status, headers.get("retry-after")]).toEqual([503, "5"])
    }
    expect(await isLeaked(id)).toBe(false)
    github.state.status = 200
    later(minutes(1))
    expect((await send(raw)).status).toBe(200)
    expect(await isLeaked(id)).toBe(true)
  })
})

describe("400 and 413", () => {
  test.each([
    "",
    "{",
    "{}",
    '[{"token":"a"}]',
    '[{"token":"a","type":7}]',
    JSON.stringify(Array.from({ length: 10_001 }, () => ({ token: "a", type: "t" }))),
  ])("refuses a signed body that is no report", async (raw) => {
    expect((await send(raw)).status).toBe(400)
  })

  test("takes a report of up to 1 MB", async () => {
    const report = (size: number) => JSON.stringify([{ token: "a", type: "t" }]).padEnd(size)
    expect((await send(report(1024 * 1024))).status).toBe(200)
    expect((await send(report(1024 * 1024 + 1))).status).toBe(413)
  })
})
