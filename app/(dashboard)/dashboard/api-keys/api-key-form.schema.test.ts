import { describe, expect, it } from "vitest"
import { days } from "@/lib/duration"
import {
  createApiKeyFormSchema,
  revokeApiKeyFormSchema,
  rotateApiKeyFormSchema,
  updateApiKeyFormSchema,
} from "./api-key-form.schema"

const id = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"

function faultsOf(
  schema: { safeParse: (input: unknown) => ReturnType<typeof createApiKeyFormSchema.safeParse> },
  form: object,
) {
  const issues = schema.safeParse(form).error?.issues ?? []
  return Object.fromEntries(issues.toReversed().map(({ path, message }) => [path.join("."), message]))
}

describe("createApiKeyFormSchema", () => {
  it("takes what is left out as nothing: no scope, no limit, every address", () => {
    expect(createApiKeyFormSchema.parse({ name: " Worker ", expiry: "never" })).toEqual({
      name: "Worker",
      scopes: [],
      expiresAt: null,
      rateLimitPerMinute: null,
      allowedCidrs: [],
    })
  })

  it("reads scopes, a limit and one network a line", () => {
    const form = {
      name: "Worker",
      expiry: "never",
      scopes: "ai:invoke keys:verify",
      rate_limit_per_minute: "60",
      allowed_cidrs: "203.0.113.7\r\n\r\n 2001:db8::/32 \n",
    }
    expect(createApiKeyFormSchema.parse(form)).toMatchObject({
      scopes: ["ai:invoke", "keys:verify"],
      rateLimitPerMinute: 60,
      allowedCidrs: ["203.0.113.7/32", "2001:db8::/32"],
    })
  })

  it("counts a preset in days from now, and a date to its end in UTC", () => {
    const { expiresAt } = createApiKeyFormSchema.parse({ name: "Worker", expiry: "30" })
    expect(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - days(30))).toBeLessThan(10_000)
    const dated = createApiKeyFormSchema.parse({ name: "Worker", expiry: "date", expires_on: "2099-02-28" })
    expect(dated.expiresAt).toEqual(new Date("2099-02-28T23:59:59Z"))
  })

  it.each([
    [{ expiry: "date" }, { expires_at: "needs a date" }],
    [{ expiry: "date", expires_on: "soon" }, { expires_at: "needs a date" }],
    [{ expiry: "date", expires_on: "2020-01-01" }, { expires_at: "must be in the future" }],
    [{ name: "" }, { name: "is required" }],
    [{ scopes: "everything" }, { "scopes.0": "must be one that there is" }],
    [{ rate_limit_per_minute: "1e3" }, { rate_limit_per_minute: expect.stringContaining("whole number") }],
    [
      { allowed_cidrs: "10.0.0.0/8\n\n10.0.0.300" },
      { "allowed_cidrs.1": expect.stringContaining("network") },
    ],
  ])("names the fault of %j", (form, faults) => {
    expect(faultsOf(createApiKeyFormSchema, { name: "Worker", expiry: "never", ...form })).toEqual(faults)
  })
})

describe("updateApiKeyFormSchema", () => {
  it("leaves the expiry out where it is kept, and takes it away where it is never", () => {
    const kept = updateApiKeyFormSchema.parse({ id, name: "Worker", expiry: "keep" })
    expect(kept).not.toHaveProperty("expiresAt")
    expect(kept).toMatchObject({ id, name: "Worker", rateLimitPerMinute: null })
    expect(updateApiKeyFormSchema.parse({ id, name: "Worker", expiry: "never" }).expiresAt).toBeNull()
  })

  it("names faults as the form of a new key does", () => {
    const form = { id, name: "", expiry: "date", allowed_cidrs: "here" }
    const paths = updateApiKeyFormSchema.safeParse(form).error?.issues.map(({ path }) => path.join("."))
    expect(new Set(paths)).toEqual(new Set(["expires_at", "name", "allowed_cidrs.0"]))
  })
})

describe("rotateApiKeyFormSchema", () => {
  it.each([
    [{ overlap: "0" }, 0],
    [{ overlap: "3600", overlap_seconds: "5" }, 3600],
    [{ overlap: "custom", overlap_seconds: "5" }, 5],
  ])("reads %j as %i seconds", (form, overlapSeconds) => {
    expect(rotateApiKeyFormSchema.parse({ id, ...form })).toEqual({ id, overlapSeconds })
  })

  it.each(["", "86401", "-1", "soon"])("takes %j for no number of seconds, rather than for none", (text) => {
    const { error } = rotateApiKeyFormSchema.safeParse({ id, overlap: "custom", overlap_seconds: text })
    expect(error?.issues[0]).toMatchObject({
      path: ["overlap_seconds"],
      message: "must be a whole number of seconds from 0 to 86400",
    })
  })
})

describe("revokeApiKeyFormSchema", () => {
  it("means a leak only where the box is ticked", () => {
    expect(revokeApiKeyFormSchema.parse({ id, leaked: "on" })).toEqual({ id, leaked: true })
    expect(revokeApiKeyFormSchema.parse({ id, reason: "Old" })).toEqual({ id, reason: "Old", leaked: false })
  })
})
