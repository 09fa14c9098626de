import { expect, test } from "vitest"
import { keepCookies, loginCookie, readCookie, staleLoginCookies } from "./cookies"

const name = "__Host-latchkey.session"

test("readCookie takes the exact name only", () => {
  expect(readCookie(`a=1; ${name}=REAL; b=2`, name)).toBe("REAL")
  expect(readCookie(`${name}.0=CHUNK; ${name}X=Y; x${name}=Z`, name)).toBeNull()
  expect(readCookie(`\u2000${name}=FORGED`, name)).toBeNull()
  expect(readCookie(null, name)).toBeNull()
})

test("readCookie refuses two of one name: one of them was tossed in", () => {
  expect(readCookie(`${name}=REAL; ${name}=TOSSED`, name)).toBeNull()
})

test("keepCookies leaves look-alikes and chunks behind", () => {
  expect(
    keepCookies(`latchkey.state=s; latchkey.state.0=x; latchkey.stateY=z; other=1`, ["latchkey.state"]),
  ).toBe("latchkey.state=s")
})

test("staleLoginCookies leaves room for one more sign-in, and gives up the oldest first", () => {
  const names = Array.from({ length: 10 }, (_, index) => loginCookie(`state-${index}`).name)
  const header = ["other=1", ...names.map((name) => `${name}=x`)].join("; ")
  expect(staleLoginCookies(header).map(({ name }) => name)).toEqual(names.slice(0, 3))
  expect(staleLoginCookies(names.slice(3).join("=x; "))).toEqual([])
  expect(staleLoginCookies(null)).toEqual([])
})
