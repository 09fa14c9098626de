import { PLAIN_CLIENT } from "../auth/clients"
import { loginCookie } from "../auth/cookies"
import { login } from "../auth/login-endpoints"
import { generateOpaqueToken, hashToken } from "../auth/opaque-token"
import { db } from "../db"
import { addDuration, hours } from "../duration"
import type { Operation } from "./api-operations"
import { exampleBody } from "./documented"
import { createKey, createProgram, createSession, type Person } from "./factories"
import { call, fromOurPages } from "./requests"
import { addTotp } from "./second-factors"

/** All of a request but its method. */
export type WorkingCall = Omit<NonNullable<Parameters<typeof call>[1]>, "method">

const params = { provider: "google" }
const accept = "application/json"

// Where the example of the document is not enough: what is used up, and what belongs to somebody.
const special: Record<string, (person: Person) => Promise<WorkingCall>> = {
  "GET /api/v1/auth/{provider}/login": async () => ({ params, headers: { accept } }),
  "GET /api/v1/auth/{provider}/callback": () => providerAnswer(),
  "POST /api/v1/auth/token": async (person) => {
    const { refreshToken } = await createProgram(person)
    return { body: { grant_type: "refresh_token", refresh_token: refreshToken, client_id: "cli" } }
  },
  "POST /api/v1/auth/refresh": async (person) => {
    const { refreshToken } = await createProgram(person)
    return { body: { refresh_token: refreshToken } }
  },
  "POST /api/v1/auth/step-up": async (person) => {
    const { code } = await addTotp(person)
    return { body: { code: code() } }
  },
  "POST /api/v1/auth/second-factor": async (person) => heldLogin(person),
  "POST /api/v1/api-keys/verify": async (person) => {
    const { secret } = await createKey(person)
    return { body: { api_key: secret } }
  },
  // Whoever learns a new secret could do what the key may.
  "POST /api/v1/api-keys/{id}/rotate": async (person) => {
    const { id } = await createKey(person, { scopes: [] })
    return { params: { id }, body: { overlap_seconds: 60 } }
  },
  "POST /api/v1/api-keys/{id}/restore": async (person) => {
    const { id } = await createKey(person, { revokedAt: new Date() })
    return { params: { id } }
  },
  "POST /api/v1/api-keys/{id}/end-overlap": async (person) => {
    const { id } = await createKey(person)
    const previous = { hash: hashToken(id), lastFour: "abcd", endsAt: addDuration(new Date(), hours(1)) }
    await db().previousApiKeySecret.create({ data: { apiKeyId: id, ...previous }, select: { id: true } })
    return { params: { id } }
  },
  "POST /api/v1/api-keys/{id}/findings/{finding_id}/answer": async (person) => {
    const { id } = await createKey(person)
    const organizationId = person.caller.organization.id
    const evidence = { headline: "Used from Germany for the first time." }
    const finding = await db().apiKeyFinding.create({
      data: { organizationId, apiKeyId: id, rule: "new_country", severity: "warning", evidence },
      select: { id: true },
    })
    return { params: { id, finding_id: finding.id }, body: { answer: "it_was_us" } }
  },
  "POST /api/v1/secret-scanning/github": async (person) => {
    const { secret } = await createKey(person)
    return { raw: JSON.stringify([{ token: secret, type: "latchkey_api_key" }]) }
  },
  "DELETE /api/v1/sessions/{id}": async ({ caller }) => {
    const { id } = await createSession(caller.user.id, caller.organization.id)
    return { params: { id } }
  },
}

/** A sign-in without a client that awaits the person's second factor in this browser, and the code that finishes it. */
export async function heldLogin(
  person: Person,
): Promise<WorkingCall & { body: { state: string; code: string } }> {
  const [state, browserToken] = [generateOpaqueToken(), generateOpaqueToken()]
  const { code } = await addTotp(person)
  await db().loginFlow.create({
    data: {
      stateHash: hashToken(state),
      browserHash: hashToken(browserToken),
      ...{ provider: "google", codeVerifier: "v", clientId: PLAIN_CLIENT.id, scope: ["ai:invoke"] },
      ...{ userId: person.caller.user.id, amr: ["google"], authTime: new Date(), claimedAt: new Date() },
      expiresAt: addDuration(new Date(), hours(1)),
    },
    select: { id: true },
  })
  const cookie = `${loginCookie(state).name}=${browserToken}`
  return { headers: fromOurPages(cookie), body: { state, code: code() } }
}

/** A request of the operation that works, once, for that person; the credential is for the caller to add. */
export async function workingCall(
  operation: Pick<Operation, "method" | "path">,
  person: Person,
): Promise<WorkingCall> {
  const make = special[`${operation.method} ${operation.path}`]
  if (make) return make(person)
  const { id } = await createKey(person)
  return { params: { id }, body: exampleBody(operation) }
}

/** The request with which a provider that consents at once sends the browser back from a sign-in begun so. */
export async function providerAnswer(query: Record<string, string> = {}): Promise<WorkingCall> {
  const path = `/api/v1/auth/google/login?${new URLSearchParams(query)}`
  const { body, headers } = await call(login, { path, params, headers: { accept } })
  const sentBack = await fetch(body.redirect_url, { redirect: "manual" })
  const { pathname, search } = new URL(sentBack.headers.get("location") ?? "")
  const [cookie = ""] = headers.getSetCookie().map((line) => line.split(";")[0] ?? "")
  return { path: pathname + search, params, headers: { cookie } }
}
