import { describe, expect, it } from "vitest"
import { listHref, listQueryFrom } from "./list-query"

const cursor = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"

describe("listQueryFrom", () => {
  it("takes junk for nothing, field by field", () => {
    const junk = { q: ["a", "b"], status: "broken", sort: "DROP TABLE", cursor: "x", unknown: "y" }
    expect(listQueryFrom(junk)).toEqual({
      q: undefined,
      status: undefined,
      sort: "newest",
      cursor: undefined,
    })
    expect(listQueryFrom({ ...junk, q: "work", sort: "name" })).toMatchObject({ q: "work", sort: "name" })
    expect(listQueryFrom({ q: `a${String.fromCharCode(0)}`, status: "revoked" })).toMatchObject({
      q: undefined,
      status: "revoked",
    })
  })
})

describe("listHref", () => {
  it("writes what listQueryFrom reads", () => {
    const query = { q: "R&D +1 %", status: "expired", sort: "last_used", cursor } as const
    const { searchParams } = new URL(listHref(query), "http://localhost")
    expect(listQueryFrom(Object.fromEntries(searchParams))).toEqual(query)
  })

  it("keeps the address of the plain list plain", () => {
    expect(listHref({ sort: "newest", q: "" })).toBe("/dashboard/api-keys")
  })
})
