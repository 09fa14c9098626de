import { beforeEach, describe, expect, test, vi } from "vitest"
import { z } from "zod"
import { readCookie } from "../auth/cookies"
import { AppError } from "../errors"
import { createPerson, type Person } from "../testing/factories"
import { fromOurPages } from "../testing/requests"
import { action } from "./action"

const request = vi.hoisted(() => ({ headers: new Headers() }))
vi.mock("next/headers", () => ({
  headers: async () => request.headers,
  cookies: async () => ({
    get: (name: string) => {
      const value = readCookie(request.headers.get("cookie"), name)
      return value === null ? undefined : { name, value }
    },
  }),
}))

let person: Person

beforeEach(async () => {
  person = await createPerson()
  request.headers = new Headers(fromOurPages(person.cookie))
})

function form(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

const greet = action(
  z.strictObject({ name: z.string().min(2, "is too short") }),
  async ({ caller, input }) => ({
    greeting: `${input.name}, ${caller.user.id}`,
  }),
)

describe("an action", () => {
  test("knows the person and the parsed fields", async () => {
    expect(await greet(null, form({ name: "Ada" }))).toEqual({
      ok: true,
      data: { greeting: `Ada, ${person.caller.user.id}` },
    })
  })

  test("names the faulty fields and repeats nothing that was typed", async () => {
    const result = await greet(null, form({ name: "x", secret: "hunter2" }))
    expect(result).toMatchObject({
      ok: false,
      code: "invalid_input",
      fieldErrors: { name: "is too short", secret: "is not a field of this request" },
    })
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })

  test("is refused without a session, and from anywhere but our own pages", async () => {
    request.headers = new Headers(fromOurPages("latchkey.session=none"))
    expect(await greet(null, form({ name: "Ada" }))).toMatchObject({ ok: false, code: "unauthenticated" })
    for (const origin of ["https://evil.test", "null"]) {
      request.headers = new Headers({ cookie: person.cookie, origin })
      expect(await greet(null, form({ name: "Ada" }))).toMatchObject({
        ok: false,
        code: "origin_not_allowed",
      })
    }
    request.headers = new Headers({ cookie: person.cookie })
    expect(await greet(null, form({ name: "Ada" }))).toMatchObject({ ok: false, code: "origin_not_allowed" })
  })

  test("takes nothing but a form", async () => {
    const call = greet as (previous: null, form: unknown) => Promise<unknown>
    for (const junk of [null, undefined, "text", { name: "Ada" }, [["name", "Ada"]]]) {
      expect(await call(null, junk)).toMatchObject({ ok: false, code: "bad_request" })
    }
  })

  test("tells of a fault in public words only", async () => {
    const broken = action(z.strictObject({}), async () => {
      throw new Error("SELECT secret FROM users")
    })
    const refused = action(z.strictObject({}), async () => {
      throw new AppError("forbidden", "Ask an owner.")
    })
    expect(await broken(null, form({}))).toMatchObject({
      ok: false,
      code: "internal",
      message: "Something went wrong on our side.",
    })
    expect(await refused(null, form({}))).toMatchObject({
      ok: false,
      code: "forbidden",
      message: "Ask an owner.",
    })
  })

  test("lets Next's own control flow pass", async () => {
    const { redirect } = await import("next/navigation")
    const leaving = action(z.strictObject({}), async () => redirect("/dashboard"))
    await expect(leaving(null, form({}))).rejects.toThrow("NEXT_REDIRECT")
  })
})
