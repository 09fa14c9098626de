import { describe, expect, it } from "vitest"
import { signInMessage } from "./messages"

describe("signInMessage", () => {
  it("has a text of its own for a code it knows", () => {
    expect(signInMessage("access_denied").title).toBe("You cancelled signing in")
  })

  it.each(["nonsense", "toString", "__proto__", "<script>", "", undefined, ["access_denied"]])(
    "answers %j with the general text",
    (code) => {
      expect(signInMessage(code)).toEqual(signInMessage("sign_in_failed"))
    },
  )
})
