import { describe, expect, test } from "vitest"
import { apiKeyCaller, userCaller } from "../testing/callers"
import { can, type Permission, permissionsOf, requirePermission } from "./permissions"

const everything: Permission[] = [
  "ai:invoke",
  "api_keys:read",
  "api_keys:write",
  "audit_log:read",
  "members:read",
  "organization:write",
]

describe("a person", () => {
  test.each([
    ["owner", everything],
    ["admin", everything],
    ["member", ["ai:invoke", "api_keys:read", "members:read"]],
  ] as const)("who is %s may do exactly what the table says", (role, allowed) => {
    expect(everything.filter((permission) => can(userCaller({ role }), permission))).toEqual(allowed)
  })
})

describe("an API key", () => {
  test("may do what its scopes say, and no more than the person who made it", () => {
    expect(permissionsOf(apiKeyCaller({ role: "owner", scopes: ["ai:invoke"] }))).toEqual(["ai:invoke"])
    expect(permissionsOf(apiKeyCaller({ role: "owner", scopes: [] }))).toEqual([])
  })

  test("gains nothing from a permission that is not a scope, even when its row names one", () => {
    const caller = apiKeyCaller({ role: "owner", scopes: ["api_keys:write", "organization:write"] })
    expect(permissionsOf(caller)).toEqual([])
    expect(() => requirePermission(caller, "api_keys:write")).toThrow("An API key can never do this")
  })

  test("is told which scope it lacks", () => {
    expect(() => requirePermission(apiKeyCaller({ scopes: [] }), "ai:invoke")).toThrowError(
      expect.objectContaining({ code: "forbidden", scope: "ai:invoke" }),
    )
  })
})
