import { expect, test } from "vitest"
import { resetPasswordMail } from "./password-mails"

test("a mail that anybody can ask for names no program but those we know", () => {
  const textBy = (userAgent: string) =>
    resetPasswordMail({ url: "http://localhost:3000/x", from: { clientAddress: "192.0.2.1", userAgent } })
      .text
  expect(textBy("account-locked.evil.example")).not.toContain("evil")
  expect(textBy("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toContain(
    "Firefox on Linux",
  )
})
