import { createHash, randomBytes } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { type GithubPerson, type HostileGithub, startHostileGithub } from "./hostile-github"
import { githubFaults, type NamedGithubFault } from "./hostile-github-faults"

const redirectUri = "http://localhost:3000/callback"

let github: HostileGithub
let ada: GithubPerson

beforeAll(async () => {
  github = await startHostileGithub({ slowMs: 1500 })
  ada = github.person
})

afterEach(() => {
  github.person = ada
  github.disarm()
  github.requests.length = 0
  github.canaryRequests.length = 0
})

afterAll(() => github.close())

/** The strict app by which the table of faults is measured; it keeps nothing between sign-ins. */
async function signIn() {
  const flow = beginFlow()
  const answer = await authorize(flow)
  expect(answer.get("state")).toBe(flow.state)
  expect([`${github.url}/login/oauth`, null]).toContain(answer.get("iss"))
  expect(answer.has("code")).toBe(true)

  const token = await exchange(answer.get("code"), flow.verifier)
  expect(token.token_type).toMatch(/^bearer$/i)
  expect(token.access_token).toEqual(expect.stringMatching(/./))

  const user = await getJson("/api/v3/user", bearer(token))
  expect(Number.isSafeInteger(user.id) && Number(user.id) > 0).toBe(true)
  const emails = (await getJson("/api/v3/user/emails", bearer(token))) as unknown as Json[]
  const primary = emails.find((email) => email.primary === true)
  expect(primary?.verified).toBe(true)
  expect(primary?.email).toEqual(expect.stringMatching(/^\w+@[\w.]+$/))
  return { id: user.id, email: primary?.email }
}

type Json = Record<string, unknown>

const random = () => randomBytes(32).toString("base64url")
const beginFlow = () => ({ state: random(), verifier: random() })
const bearer = (token: Json) => ({ headers: { authorization: `Bearer ${token.access_token}` } })

async function authorize({ state, verifier }: ReturnType<typeof beginFlow>) {
  const request = new URLSearchParams({
    client_id: github.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "read:user user:email",
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  })
  const response = await fetch(`${github.url}/login/oauth/authorize?${request}`, { redirect: "manual" })
  return new URL(response.headers.get("location") ?? "").searchParams
}

function exchange(code: string | null, verifier: string, changes: Record<string, string> = {}) {
  return getJson("/login/oauth/access_token", {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({
      code: code ?? "",
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: github.clientId,
      client_secret: github.clientSecret,
      ...changes,
    }),
  })
}

async function getJson(path: string, init: RequestInit): Promise<Json> {
  const response = await fetch(github.url + path, {
    ...init,
    redirect: "error",
    signal: AbortSignal.timeout(1000),
  })
  const text = await response.text()
  if (!response.ok || text.length > 2_000_000) throw new Error(`${response.status}, ${text.length} bytes`)
  return JSON.parse(text)
}

describe("without a fault", () => {
  test("signs the person in, and logs what was asked", async () => {
    expect(await signIn()).toEqual({ id: 583231, email: "ada@example.test" })
    expect(github.requests.map(({ endpoint }) => endpoint)).toEqual([
      "authorization",
      "token",
      "user",
      "emails",
    ])
    expect(github.requestsTo("authorization")[0]?.params).toMatchObject({
      scope: "read:user user:email",
      code_challenge_method: "S256",
    })
  })

  test("refuses a used code, another verifier, redirect or secret", async () => {
    const flow = beginFlow()
    const code = (await authorize(flow)).get("code")
    const badCode = { error: "bad_verification_code" }
    expect(await exchange(code, random())).toEqual(badCode)
    expect(await exchange(code, flow.verifier, { redirect_uri: `${redirectUri}/other` })).toEqual(badCode)
    expect(await exchange(code, flow.verifier, { client_secret: "wrong" })).toEqual({
      error: "incorrect_client_credentials",
    })
    expect(await exchange(code, flow.verifier)).toHaveProperty("access_token")
    expect(await exchange(code, flow.verifier)).toEqual(badCode)
  })

  test("answers as a form to whoever does not ask for JSON", async () => {
    const body = new URLSearchParams({ code: "none" })
    const response = await fetch(`${github.url}/login/oauth/access_token`, { method: "POST", body })
    expect(await response.text()).toBe("error=incorrect_client_credentials")
  })

  test("signs in whoever it is told to", async () => {
    const email = { email: "grace@example.test", primary: true, verified: true }
    github.person = { ...ada, id: 42, login: "grace", emails: [email] }
    expect(await signIn()).toEqual({ id: 42, email: "grace@example.test" })
  })

  test("shows nothing without a token", async () => {
    for (const path of ["/api/v3/user", "/api/v3/user/emails"]) {
      expect((await fetch(github.url + path)).status).toBe(401)
    }
  })
})

describe("an app that checks everything", () => {
  test.each(Object.entries<NamedGithubFault>(githubFaults))("meets %s", async (_name, fault) => {
    github.arm(fault)
    const outcome = await signIn().then(
      () => "accept",
      () => "reject",
    )
    if (fault.expected !== "either") expect(outcome).toBe(fault.expected)
    expect(github.canaryRequests).toEqual([])
    if (fault.response && fault.expected === "reject") expect(github.requestsTo("token")).toEqual([])
  })
})

describe("a fault", () => {
  test("stays with the flow that began under it", async () => {
    const honest = beginFlow()
    const code = (await authorize(honest)).get("code")
    github.arm(githubFaults.user_id_null)
    const token = await exchange(code, honest.verifier)
    expect((await getJson("/api/v3/user", bearer(token))).id).toBe(ada.id)
  })

  test("can lead to the canary, where everybody is the attacker", async () => {
    github.arm(githubFaults.user_redirect)
    const flow = beginFlow()
    const token = await exchange((await authorize(flow)).get("code"), flow.verifier)
    const misled = await fetch(`${github.url}/api/v3/user`, bearer(token))
    expect(await misled.json()).toMatchObject({ login: "mallory" })
    expect(github.canaryRequests).toEqual(["/user"])
  })
})
