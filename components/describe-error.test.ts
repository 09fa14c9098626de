import { describe, expect, it } from "vitest"
import { describeError } from "./describe-error"

function errorWith(digest: string): Error {
  return Object.assign(new Error("secret detail"), { digest })
}

describe("describeError", () => {
  it("says that the person is still signed in when the database is away", () => {
    expect(describeError(errorWith("unavailable"))).toMatchObject({
      kind: "unavailable",
      text: expect.stringContaining("still signed in"),
      errorId: undefined,
    })
  })

  it("shows the number by which the log knows it", () => {
    expect(describeError(errorWith("2749182734"))).toMatchObject({
      kind: "unexpected",
      errorId: "2749182734",
    })
  })

  it("never repeats the message of an error", () => {
    expect(JSON.stringify(describeError(errorWith("internal")))).not.toContain("secret")
    expect(describeError("thrown text")).toMatchObject({ kind: "unexpected", errorId: undefined })
  })
})
