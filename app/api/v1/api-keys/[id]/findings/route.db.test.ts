import { describe, expect, test } from "vitest"
import { db } from "@/lib/db"
import { createKey, createPerson, type Person } from "@/lib/testing/factories"
import { call, fromOurPages } from "@/lib/testing/requests"
import * as answers from "./[finding_id]/answer/route"
import * as findings from "./route"

async function createFinding(person: Person) {
  const key = await createKey(person)
  const { id } = await db().apiKeyFinding.create({
    data: {
      organizationId: person.caller.organization.id,
      apiKeyId: key.id,
      rule: "volume",
      severity: "warning",
      evidence: { headline: "It was.", requests: 7, suggestedLimitPerMinute: 30 },
    },
  })
  return { id, key }
}

type Finding = Awaited<ReturnType<typeof createFinding>>
const list = (headers: Record<string, string>, { key }: Finding, query = "") =>
  call(findings.GET, { path: `/api/v1/api-keys/${key.id}/findings${query}`, headers, params: { id: key.id } })
const answer = (headers: Record<string, string>, { id, key }: Finding, body: unknown) =>
  call(answers.POST, { method: "POST", headers, params: { id: key.id, finding_id: id }, body })

describe("200", () => {
  test("lists the key's findings as the API spells them", async () => {
    const person = await createPerson()
    const finding = await createFinding(person)
    await createFinding(person)
    const { status, body } = await list({ cookie: person.cookie }, finding)
    expect(status).toBe(200)
    expect(body).toEqual({
      data: [
        {
          id: finding.id,
          api_key_id: finding.key.id,
          api_key_name: "Test key",
          rule: "volume",
          severity: "warning",
          headline: "It was.",
          details: ["Requests: 7"],
          suggested_limit_per_minute: 30,
          found_at: expect.any(String),
          last_seen_at: expect.any(String),
          suspended_key: false,
          answer: null,
          answered_at: null,
          answered_by: null,
        },
      ],
      has_more: false,
      next_cursor: null,
    })
    expect((await list({ cookie: person.cookie }, finding, "?open=false")).body.data).toEqual([])
  })

  test("takes an answer; a new secret is in it once and in no cache", async () => {
    const person = await createPerson()
    const finding = await createFinding(person)
    const { status, body, headers } = await answer(fromOurPages(person.cookie), finding, {
      answer: "revoke_and_rotate",
    })
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toMatchObject({
      finding: { id: finding.id, answer: "revoke_and_rotate" },
      api_key: expect.stringMatching(/^sk_/),
      key: { id: finding.key.id, last_four: body.api_key.slice(-4) },
    })
    const plain = await answer(fromOurPages(person.cookie), await createFinding(person), {
      answer: "it_was_us",
    })
    expect(plain).toMatchObject({ status: 200, body: { api_key: null } })
  })
})

describe("400", () => {
  test.each([
    [{}],
    [{ answer: "no" }],
    [{ answer: ["limit"] }],
    [{ answer: "limit", id: "x" }],
    [[]],
    [null],
  ])("refuses the answer %j", async (body) => {
    const person = await createPerson()
    const refused = await answer(fromOurPages(person.cookie), await createFinding(person), body)
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_input" } })
  })

  test.each(["?open=1", "?limit=0", "?cursor=x", "?rule=volume"])("refuses the list's %s", async (query) => {
    const person = await createPerson()
    expect((await list({ cookie: person.cookie }, await createFinding(person), query)).status).toBe(400)
  })
})

describe("403", () => {
  test("a member may look and not answer; an API key may do neither", async () => {
    const person = await createPerson()
    const finding = await createFinding(person)
    const member = await createPerson({ role: "member", organizationId: person.caller.organization.id })
    expect((await list({ cookie: member.cookie }, finding)).status).toBe(200)
    expect((await answer(fromOurPages(member.cookie), finding, { answer: "limit" })).status).toBe(403)
    const bearer = { authorization: `Bearer ${finding.key.secret}` }
    expect((await list(bearer, finding)).status).toBe(403)
    expect((await answer(bearer, finding, { answer: "it_was_us" })).status).toBe(403)
  })
})

describe("404", () => {
  test("is what another organization's finding, or another key's, looks like", async () => {
    const [person, stranger] = [await createPerson(), await createPerson()]
    const finding = await createFinding(person)
    expect((await list({ cookie: stranger.cookie }, finding)).status).toBe(404)
    const headers = fromOurPages(stranger.cookie)
    expect((await answer(headers, finding, { answer: "limit" })).status).toBe(404)
    const elsewhere = { id: finding.id, key: await createKey(person) }
    expect((await answer(fromOurPages(person.cookie), elsewhere, { answer: "limit" })).status).toBe(404)
    expect(
      (await answer(fromOurPages(person.cookie), { ...finding, id: "x" }, { answer: "limit" })).status,
    ).toBe(404)
  })
})

describe("409", () => {
  test("two answers at once: one wins", async () => {
    const person = await createPerson()
    const finding = await createFinding(person)
    const headers = fromOurPages(person.cookie)
    const both = await Promise.all([
      answer(headers, finding, { answer: "suspend" }),
      answer(headers, finding, { answer: "it_was_us" }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})
