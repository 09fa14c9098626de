import { describe, expect, test } from "vitest"
import { apiKeyCaller, userCaller } from "../testing/callers"
import { can, type Permission, permissions, permissionsOf, requirePermission } from "./permissions"
import { scopes } from "./scopes"

const everything: Permission[] = [
  "ai:invoke",
  "api_keys:read",
  "api_keys:write",
  "audit_log:read",
  "keys:verify",
  "members:read",
  "members:write",
  "organization:write",
  "sessions:read",
  "sessions:write",
]

describe("a person", () => {
  test.each([
    ["owner", everything],
    ["admin", everything],
    ["member", ["ai:invoke", "api_keys:read", "members:read", "sessions:read", "sessions:write"]],
  ] as const)("who is %s may do exactly what the table says", (role, allowed) => {
    expect(everything.filter((permission) => can(userCaller({ role }), permission))).toEqual(allowed)
  })
})

test("what a token may be asked for is everything there is, and every scope of a key is in it", () => {
  expect(permissions).toEqual(everything)
  expect(permissions).toEqual(expect.arrayContaining([...scopes]))
})

describe("a person's program", () => {
  test("may do what both its scope and the person's role allow, and nothing else", () => {
    const scopes = ["ai:invoke", "api_keys:write"]
    expect(permissionsOf(userCaller({ role: "owner", scopes }))).toEqual(["ai:invoke", "api_keys:write"])
    expect(permissionsOf(userCaller({ role: "member", scopes }))).toEqual(["ai:invoke"])
  })

  test.each([[[]], [[""]], [["everything"]], [["*"]], [["AI:INVOKE"]]])(
    "with the scope %j may do nothing",
    (scopes) => {
      expect(permissionsOf(userCaller({ role: "owner", scopes }))).toEqual([])
    },
  )

  test("is told of the scope it lacks, but not where the role would forbid it anyway", () => {
    expect(() => requirePermission(userCaller({ role: "owner", scopes: [] }), "api_keys:write")).toThrowError(
      expect.objectContaining({ code: "forbidden", scope: "api_keys:write" }),
    )
    expect(() =>
      requirePermission(userCaller({ role: "member", scopes: [] }), "api_keys:write"),
    ).toThrowError(expect.objectContaining({ code: "forbidden", scope: undefined }))
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
