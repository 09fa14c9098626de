import { RATE_LIMIT_PER_MINUTE_MAX } from "@/lib/api-keys/api-keys.schema"
import { createKey, createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { CALLERS, type Scenario, send } from "./measure"

/** What is measured. The first is the unit. */
export async function createScenarios(url: string): Promise<Scenario[]> {
  const person = await createPerson()
  const program = await createProgram(person)
  const unlimited = { rateLimitPerMinute: RATE_LIMIT_PER_MINUTE_MAX }
  const key = await createKey(person, unlimited)
  const verifier = await createKey(person, { ...unlimited, scopes: ["keys:verify"] })
  const get = (name: string, path: string, headers: Record<string, string> = {}): Scenario => ({
    name,
    call: async () => void (await send(url + path, { headers })),
  })
  const me = "/api/v1/me"
  return [
    get("`GET /healthz`", "/healthz"),
    get("`GET /.well-known/jwks.json`", "/.well-known/jwks.json"),
    get("`GET /api/v1/me` with a session cookie", me, { cookie: person.cookie }),
    get("`GET /api/v1/me` with an access token", me, program.bearer),
    get("`GET /api/v1/me` with an API key", me, { authorization: `Bearer ${key.secret}` }),
    verifyScenario(url, { verifier: verifier.secret, verified: key.secret }),
    await refreshScenario(url, person),
  ]
}

/** As another back end asks about a key that was presented to it: two keys are checked. */
function verifyScenario(
  url: string,
  { verifier, verified }: { verifier: string; verified: string },
): Scenario {
  return {
    name: "`POST /api/v1/api-keys/verify`",
    async call() {
      const answer = await send(`${url}/api/v1/api-keys/verify`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${verifier}` },
        body: JSON.stringify({ api_key: verified }),
      })
      if (JSON.parse(answer).valid !== true) throw new Error(`the key is not valid: ${answer}`)
    },
  }
}

/** Every caller has a sign-in of its own and presents each refresh token once. */
async function refreshScenario(url: string, person: Person): Promise<Scenario> {
  const programs = await Promise.all(Array.from({ length: CALLERS }, () => createProgram(person)))
  const tokens = programs.map(({ refreshToken }) => refreshToken)
  return {
    name: "`POST /api/v1/auth/refresh`",
    async call(caller) {
      const answer = await send(`${url}/api/v1/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refresh_token: tokens[caller] }),
      })
      tokens[caller] = JSON.parse(answer).refresh_token
    },
  }
}
