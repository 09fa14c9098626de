import { describe, expect, it } from "vitest"
import { requestIdFrom, signInMessage } from "./messages"

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

it("shows a request id and nothing else that stands in the address", () => {
  const id = "fb08cb17-9818-4a15-b31d-906fbfaba3f5"
  expect(requestIdFrom(id)).toBe(id)
  for (const value of [undefined, "", "call 0800-SCAM", `${id}!`, [id, id]])
    expect(requestIdFrom(value)).toBeNull()
})
