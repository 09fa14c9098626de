import { createKey, createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { CALLERS, type Scenario, send } from "./measure"

/** What is measured. The first is the unit. */
export async function createScenarios(url: string): Promise<Scenario[]> {
  const person = await createPerson()
  const [program, key] = [await createProgram(person), await createKey(person)]
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
    await refreshScenario(url, person),
  ]
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
