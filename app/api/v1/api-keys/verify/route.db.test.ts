import { describe, expect, test } from "vitest"
import { createKey, createPerson } from "@/lib/testing/factories"
import { call, fromOurPages } from "@/lib/testing/requests"
import { POST } from "./route"

const ask = (headers: Record<string, string>, body: unknown) =>
  call(POST, { method: "POST", path: "/api/v1/api-keys/verify", headers, body })

async function newBackEnd() {
  const person = await createPerson()
  const { secret } = await createKey(person, { scopes: ["keys:verify"] })
  return { person, headers: { authorization: `Bearer ${secret}` } }
}

describe("200", () => {
  test("says what is asked in the spelling of the API, whatever the answer is, and is kept by no cache", async () => {
    const { person, headers } = await newBackEnd()
    const { id, secret } = await createKey(person, { rateLimitPerMinute: 2 })
    const answer = await ask(headers, { api_key: secret, scopes: ["ai:invoke"], ip: "192.0.2.1" })
    expect(answer.status).toBe(200)
    expect(answer.headers.get("cache-control")).toBe("private, no-store")
    expect(answer.body).toEqual({
      valid: true,
      code: "VALID",
      key_id: id,
      organization_id: person.caller.organization.id,
      scopes: ["ai:invoke"],
      rate_limit: { limit: 2, remaining: 1, reset: 60 },
    })
    for (const api_key of ["", "junk", "sk_", secret.slice(1), "\u0000", "\ud800"])
      expect(await ask(headers, { api_key })).toMatchObject({
        status: 200,
        body: { valid: false, code: "NOT_FOUND" },
      })
  })

  test("for a person of the organization too, from our own pages", async () => {
    const { person } = await newBackEnd()
    const { secret } = await createKey(person)
    const answer = await ask(fromOurPages(person.cookie), { api_key: secret })
    expect(answer).toMatchObject({ status: 200, body: { valid: true } })
  })
})

describe("400", () => {
  test.each([
    [{}, "api_key"],
    [{ api_key: null }, "api_key"],
    [{ api_key: "x".repeat(8193) }, "api_key"],
    [{ api_key: "x", ip: "here" }, "ip"],
    [{ api_key: "x", scopes: "all" }, "scopes"],
    [{ api_key: "x", apiKey: "x" }, "apiKey"],
  ])("for %j", async (body, path) => {
    const { headers } = await newBackEnd()
    const answer = await ask(headers, body)
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_input"])
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ path }))
  })
})

describe("401", () => {
  test("for a back end whose own key is none, before the key that it asks about is looked at", async () => {
    const { secret } = await createKey(await createPerson())
    for (const headers of [{}, { authorization: `Bearer ${secret}x` }] as Record<string, string>[])
      expect((await ask(headers, { api_key: secret })).status).toBe(401)
  })
})

describe("403", () => {
  test("names the scope that the caller lacks, and says nothing of the key", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person)
    const answer = await ask({ authorization: `Bearer ${secret}` }, { api_key: secret })
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"])
    expect(answer.headers.get("www-authenticate")).toContain('scope="keys:verify"')
    const known = JSON.stringify((await ask({ authorization: `Bearer ${secret}` }, { api_key: "junk" })).body)
    expect(known.replace(/"request_id":"[^"]+"/, "")).toBe(
      JSON.stringify(answer.body).replace(/"request_id":"[^"]+"/, ""),
    )
  })
})
