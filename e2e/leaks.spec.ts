import { createHash, randomBytes } from "node:crypto"
import type { APIResponse, Page } from "@playwright/test"
import { createAuthorizationCode } from "@/lib/auth/authorization-codes"
import { listSigningKeys, openPrivateJwk } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { createKey, createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"

/** Everything the server sends to this page from now on: HTML, RSC payloads, scripts, JSON. */
function collectResponses(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = []
  page.on("response", (response) => {
    bodies.push(
      response
        .text()
        .then((text) => `${JSON.stringify(response.headers())}\n${text}`)
        .catch(() => ""),
    )
  })
  return async () => (await Promise.all(bodies)).join("\n")
}

test("nothing that the app sends holds a secret, a hash or another organization's data", async ({
  dashboard,
  person,
}) => {
  const key = await createKey(person, { name: "Mine" })
  const stranger = await createPerson()
  const strangersKey = await createKey(stranger, { name: "Canary of a stranger" })
  const { hash } = await db().apiKey.findUniqueOrThrow({ where: { id: key.id }, select: { hash: true } })
  const { tokenHash } = await db().session.findUniqueOrThrow({
    where: { id: person.caller.sessionId },
    select: { tokenHash: true },
  })

  const everything = collectResponses(dashboard)
  const paths = [
    "/",
    "/sign-in",
    "/dashboard",
    "/dashboard/api-keys",
    "/dashboard/audit-log",
    "/dashboard/security",
    "/dashboard/team",
    "/dashboard/settings",
  ]
  for (const path of paths) await dashboard.goto(path)
  // And once more by client-side navigation, which sends RSC payloads instead of HTML.
  for (const name of ["API keys", "Audit log", "Security", "Team", "Settings"]) {
    await dashboard.getByRole("link", { name }).first().click()
    await expect(dashboard.getByRole("heading", { level: 1 })).toContainText(name)
  }
  await dashboard.request.get("/api/auth/session")
  const sent = await everything()
  expect(sent.length).toBeGreaterThan(500_000)
  expect(sent).toContain(person.caller.user.email)

  const secrets = {
    "the key": key.secret,
    "the end of the key": key.secret.slice(-20),
    "the key's hash in hex": Buffer.from(hash).toString("hex"),
    "the key's hash in base64": Buffer.from(hash).toString("base64"),
    "the session token": person.token,
    "the session's hash": Buffer.from(tokenHash ?? []).toString("hex"),
    "the cookie secret": process.env.AUTH_SECRET ?? "",
    "the encryption key": process.env.KEY_ENCRYPTION_KEY ?? "",
    "Google's client secret": process.env.AUTH_GOOGLE_SECRET ?? "",
    "the database's address": process.env.DATABASE_URL ?? "",
    "the person's Google subject": person.subject,
    "a stranger's address": stranger.caller.user.email,
    "a stranger's id": stranger.caller.user.id,
    "a stranger's key": strangersKey.id,
    "the name of a stranger's key": "Canary of a stranger",
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(8)
    expect(sent.includes(secret), `${name} was sent`).toBe(false)
  }
})

test("no answer to a program, and no page about one, holds what only the database may", async ({
  dashboard,
  person,
  request,
}) => {
  const everything = collectResponses(dashboard)
  const answers: string[] = []
  const keep = async (response: APIResponse) => {
    answers.push(`${JSON.stringify(response.headers())}\n${await response.text()}`)
    return response
  }
  const auth = "/api/v1/auth"
  const { code, exchange } = await createCode(person)
  const pair = await (await keep(await request.post(`${auth}/token`, { form: exchange }))).json()
  const stranger = await createProgram(await createPerson())
  const data = { refresh_token: pair.refresh_token }
  const latest = await (await keep(await request.post(`${auth}/refresh`, { data }))).json()
  const handedOut = answers.splice(0).join("\n")

  const headers = { authorization: `Bearer ${latest.access_token}` }
  for (const token of [latest.refresh_token, latest.access_token, pair.refresh_token, stranger.refreshToken])
    await keep(await request.post(`${auth}/introspect`, { headers, form: { token } }))
  await keep(await request.post(`${auth}/token`, { form: exchange }))
  await keep(await request.post(`${auth}/refresh`, { data: { refresh_token: `${pair.refresh_token}x` } }))
  for (const path of [
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/api/v1/me",
    "/api/v1/sessions",
    "/readyz",
  ]) {
    await keep(await request.get(path, { headers }))
  }
  for (const path of ["/dashboard", "/dashboard/security", "/dashboard/audit-log", "/dashboard/team"])
    await dashboard.goto(path)
  const others = `${answers.join("\n")}\n${await everything()}`
  expect(others).toContain('"active":true')
  expect(others).toContain('"kty":"EC"')

  for (const [name, secret] of Object.entries(await storedSecrets(person)))
    expectAbsent(name, secret, `${handedOut}\n${others}`)
  const given = { ...pair, latestRefresh: latest.refresh_token, latestAccess: latest.access_token, code }
  for (const name of ["access_token", "refresh_token", "latestRefresh", "latestAccess", "code"])
    expectAbsent(name, given[name], others)
})

async function createCode({ caller }: Person) {
  const code_verifier = randomBytes(32).toString("base64url")
  const redirect_uri = "com.latchkey.app:/callback"
  const code = await createAuthorizationCode(db(), {
    userId: caller.user.id,
    organizationId: caller.organization.id,
    clientId: "mobile",
    redirectUri: redirect_uri,
    codeChallenge: createHash("sha256").update(code_verifier).digest("base64url"),
    scope: ["ai:invoke"],
    amr: ["google"],
    authTime: new Date(),
  })
  const grant = { grant_type: "authorization_code", client_id: "mobile", code }
  return { code, exchange: { ...grant, redirect_uri, code_verifier } }
}

/** The person's hashes and sealed texts, and the private parts of the keys, opened and sealed. */
async function storedSecrets({ caller }: Person): Promise<Record<string, string>> {
  const userId = caller.user.id
  const [tokens, codes, keys] = await Promise.all([
    db().refreshToken.findMany({
      where: { session: { userId } },
      select: { hash: true, sealedSuccessor: true },
    }),
    db().authorizationCode.findMany({ where: { userId }, select: { hash: true } }),
    listSigningKeys(),
  ])
  const secrets = new Map<string, string>()
  for (const { hash } of [...tokens, ...codes]) {
    for (const encoding of ["hex", "base64", "base64url"] as const)
      secrets.set(`a hash in ${encoding} ${secrets.size}`, Buffer.from(hash).toString(encoding))
  }
  for (const { sealedSuccessor } of tokens)
    if (sealedSuccessor) secrets.set(`a sealed successor ${secrets.size}`, sealedSuccessor)
  for (const key of keys) {
    if (!key.sealedPrivateJwk) continue
    secrets.set(`the sealed key ${key.kid}`, key.sealedPrivateJwk)
    secrets.set(`the private part of ${key.kid}`, openPrivateJwk(key).d ?? "")
  }
  expect(secrets.size).toBeGreaterThanOrEqual(14)
  return Object.fromEntries(secrets)
}

function expectAbsent(name: string, secret: string, text: string): void {
  expect(secret.length, name).toBeGreaterThan(20)
  expect(text.includes(secret), `${name} was sent`).toBe(false)
}
