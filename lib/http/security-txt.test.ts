import { expect, test, vi } from "vitest"
import { securityTxt } from "./security-txt"

const variables = vi.hoisted(() => ({ SECURITY_CONTACT: undefined as string | undefined }))
vi.mock("../env", async (original) => {
  const { env, ...rest } = await original<typeof import("../env")>()
  return { ...rest, env: () => ({ ...env(), ...variables }) }
})

test("names nobody where nobody is configured", () => {
  variables.SECURITY_CONTACT = undefined
  expect(securityTxt()).toBeNull()
})

test("says whom to tell, and is good for less than a year from when it is read", () => {
  variables.SECURITY_CONTACT = "mailto:security@example.com"
  expect(securityTxt(new Date("2026-01-01T00:00:00Z"))).toBe(
    `Contact: mailto:security@example.com
Expires: 2026-06-30T00:00:00.000Z
Preferred-Languages: en
Canonical: http://localhost:3000/.well-known/security.txt
`,
  )
})
