import { describe, expect, test } from "vitest"
import { PRODUCT_NAME } from "../product"
import { passwordFault, requireGoodPassword } from "./password-policy"

const ada = { email: "ada.lovelace@example.test", name: "Ada Lovelace" }

describe("a password is refused that", () => {
  test.each([
    ["has eleven characters", "k7#mQ2vx9!p", "must have at least 12 characters"],
    ["has 129 characters", "k7mQ2vx9pLwz".repeat(11).slice(0, 129), "must have at most 128 characters"],
    ["counts characters, not what they are stored in", "🦊🐻🐼🐨🐯🦁", "must have at least 12 characters"],
    ["is common in leaks", "1qaz2wsx3edc", "is one of the first that attackers try"],
    ["is common but for capitals", "1QAZ2wsx3EDC", "is one of the first that attackers try"],
    ["repeats four characters", "abcdabcdabcdaaaabbbb", "repeats the same few characters"],
    [
      "is made of the address",
      "lovelace2026!!",
      "is little more than your name, your e-mail address or our name",
    ],
    [
      "is made of the name",
      "Lovelace-Ada1",
      "is little more than your name, your e-mail address or our name",
    ],
    [
      "is made of ours",
      `${PRODUCT_NAME}#2026`,
      "is little more than your name, your e-mail address or our name",
    ],
  ])("%s", (_what, password, fault) => {
    expect(passwordFault(password, ada)).toBe(fault)
  })
})

describe("a password is taken that", () => {
  test.each([
    ["is long and of words", "correct horse battery staple"],
    ["has only small letters", "gribvuxolmeshtap"],
    ["has spaces at its ends", "  wide margins here  "],
    ["is of another script", "наука и жизнь вместе"],
    ["has 128 characters", "k7mQ2vx9pLwz".repeat(11).slice(0, 128)],
    ["holds a word of the address among others", "lovelace likes engines"],
  ])("%s", (_what, password) => {
    expect(passwordFault(password, ada)).toBeNull()
  })
})

test("the refusal names the field", () => {
  expect(() => requireGoodPassword("short", ada)).toThrowError(
    expect.objectContaining({
      code: "invalid_input",
      faults: [{ path: "password", message: "must have at least 12 characters" }],
    }),
  )
})
