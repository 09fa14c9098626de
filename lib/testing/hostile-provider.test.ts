import { createHash, randomBytes, X509Certificate } from "node:crypto"
import { once } from "node:events"
import { connect } from "node:net"
import { setTimeout } from "node:timers/promises"
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { type HostileProvider, startHostileProvider } from "./hostile-provider"
import { faults, type NamedFault } from "./hostile-provider-faults"

const redirectUri = "http://localhost:3000/callback"

let provider: HostileProvider

beforeAll(async () => {
  provider = await startHostileProvider({ slowMs: 6000 })
})

afterEach(() => {
  provider.disarm()
  provider.requests.length = 0
  provider.canaryRequests.length = 0
})

afterAll(() => provider.close())

/** The strict relying party by which the table of faults is measured; it keeps nothing between sign-ins. */
async function signIn() {
  const { issuer, clientId } = provider
  const metadata = await getJson(`${issuer}/.well-known/openid-configuration`)
  expect(metadata.issuer).toBe(issuer)
  expect(new URL(metadata.token_endpoint ?? "").hostname).toBe(new URL(issuer).hostname)

  const flow = beginFlow()
  const answer = await authorize(flow)
  expect(answer.get("state")).toBe(flow.state)
  expect(answer.get("iss")).toBe(issuer)
  expect(answer.has("code")).toBe(true)

  const tokens = await getJson(metadata.token_endpoint, exchangeBody(answer.get("code"), flow.verifier))
  const keySet = createLocalJWKSet((await getJson(metadata.jwks_uri)) as unknown as JSONWebKeySet)
  const { payload } = await jwtVerify(String(tokens.id_token), keySet, {
    algorithms: ["RS256"],
    issuer,
    audience: clientId,
    clockTolerance: 60,
    requiredClaims: ["iss", "aud", "sub", "exp", "iat", "nonce"],
  })
  expect([clientId, [clientId]]).toContainEqual(payload.aud)
  expect([clientId, undefined]).toContain(payload.azp)
  expect(payload.nonce).toBe(flow.nonce)
  expect(payload.iat).toBeLessThan(Date.now() / 1000 + 60)
  expect(payload.sub).toMatch(/^\w{1,255}$/)
  expect(payload.email).toMatch(/^\w+@[\w.]+$/)
  expect(payload.email_verified).toBe(true)
  return payload
}

const random = () => randomBytes(32).toString("base64url")
const beginFlow = () => ({ state: random(), nonce: random(), verifier: random() })

async function authorize({ state, nonce, verifier }: ReturnType<typeof beginFlow>) {
  const request = new URLSearchParams({
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  })
  const response = await fetch(`${provider.issuer}/authorize?${request}`, { redirect: "manual" })
  return new URL(response.headers.get("location") ?? "").searchParams
}

function exchangeBody(code: string | null, verifier: string, secret = provider.clientSecret) {
  return new URLSearchParams({
    grant_type: "authorization_code",
    code: code ?? "",
    redirect_uri: redirectUri,
    code_verifier: verifier,
    client_id: provider.clientId,
    client_secret: secret,
  })
}

async function getJson(url: string | undefined, body?: URLSearchParams): Promise<Record<string, string>> {
  const response = await fetch(url ?? "", {
    ...(body && { method: "POST", body }),
    redirect: "error",
    // Long enough for a provider that makes new keys on a busy machine.
    signal: AbortSignal.timeout(4000),
  })
  const text = await response.text()
  if (!response.ok || text.length > 2_000_000) throw new Error(`${response.status}, ${text.length} bytes`)
  return JSON.parse(text)
}

describe("without a fault", () => {
  test("signs the person in, and logs what was asked", async () => {
    expect(await signIn()).toMatchObject({ sub: "110000000000000000001", email: "ada@example.test" })
    expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual([
      "discovery",
      "authorization",
      "token",
      "jwks",
    ])
    expect(provider.requestsTo("authorization")[0]?.params).toMatchObject({
      scope: "openid email profile",
      code_challenge_method: "S256",
    })
  })

  test("refuses a used code, another verifier and another secret", async () => {
    const token = `${provider.issuer}/token`
    const post = async (body: URLSearchParams) => (await fetch(token, { method: "POST", body })).status
    const flow = beginFlow()
    const code = (await authorize(flow)).get("code")
    expect(await post(exchangeBody(code, random()))).toBe(400)
    expect(await post(exchangeBody(code, flow.verifier, "wrong"))).toBe(401)
    expect(await post(exchangeBody(code, flow.verifier))).toBe(200)
    expect(await post(exchangeBody(code, flow.verifier))).toBe(400)
  })

  test("signs in whoever it is told to, and with new keys after a rotation", async () => {
    provider.person = { ...provider.person, sub: "42", email: "grace@example.test" }
    expect(await signIn()).toMatchObject({ sub: "42", email: "grace@example.test" })
    await provider.rotateKeys()
    expect(await signIn()).toMatchObject({ sub: "42" })
  })
})

describe("a relying party that checks everything", () => {
  test.each(Object.entries<NamedFault>(faults))(
    "meets %s",
    async (_name, fault) => {
      provider.arm(fault)
      const outcome = await signIn().then(
        () => "accept",
        () => "reject",
      )
      if (fault.expected !== "either") expect(outcome).toBe(fault.expected)
      expect(provider.canaryRequests).toEqual([])
      if (fault.response) expect(provider.requestsTo("token")).toEqual([])
    },
    15_000,
  )
})

describe("a fault", () => {
  test("stays with the flow that began under it", async () => {
    const honest = beginFlow()
    const code = (await authorize(honest)).get("code")
    provider.arm(faults.sub_null)
    const tokens = await getJson(`${provider.issuer}/token`, exchangeBody(code, honest.verifier))
    expect(decodeJwt(String(tokens.id_token)).sub).toBe(provider.person.sub)
  })

  test("can carry the nonce of a flow begun before", async () => {
    const [earlier, later] = [beginFlow(), beginFlow()]
    provider.arm(faults.nonce_of_another_flow)
    await authorize(earlier)
    const code = (await authorize(later)).get("code")
    const tokens = await getJson(`${provider.issuer}/token`, exchangeBody(code, later.verifier))
    expect(decodeJwt(String(tokens.id_token)).nonce).toBe(earlier.nonce)
  })

  test("can carry a certificate whose key really signed the token", async () => {
    provider.arm(faults.header_x5c)
    const flow = beginFlow()
    const code = (await authorize(flow)).get("code")
    const { id_token = "" } = await getJson(`${provider.issuer}/token`, exchangeBody(code, flow.verifier))
    const [certificate = ""] = decodeProtectedHeader(id_token).x5c ?? []
    const { publicKey } = new X509Certificate(Buffer.from(certificate, "base64"))
    await expect(jwtVerify(id_token, publicKey)).resolves.toBeDefined()
  })
})

test("who goes away in the middle of a request does no harm", async () => {
  const socket = connect(Number(new URL(provider.issuer).port), "127.0.0.1")
  socket.write("POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
  await once(socket, "connect")
  await setTimeout(50)
  socket.destroy()
  await setTimeout(50)
  expect((await fetch(`${provider.issuer}/.well-known/openid-configuration`)).status).toBe(200)
})
