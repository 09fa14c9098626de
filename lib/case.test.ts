import { expect, test } from "vitest"
import { camelKeys, snakeKeys } from "./case"

test("camelKeys renames the keys of one object and no value", () => {
  expect(camelKeys({ expires_at: 1, name: "a_b", rate_limit_per_minute: { x_y: 2 } })).toEqual({
    expiresAt: 1,
    name: "a_b",
    rateLimitPerMinute: { x_y: 2 },
  })
})

test("snakeKeys renames at every depth and leaves dates alone", () => {
  const at = new Date(0)
  expect(
    snakeKeys({ createdBy: { userId: "1" }, list: [{ lastFour: "aB_c" }], createdAt: at, none: null }),
  ).toEqual({
    created_by: { user_id: "1" },
    list: [{ last_four: "aB_c" }],
    created_at: at,
    none: null,
  })
})
