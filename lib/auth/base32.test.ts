import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { decodeBase32, encodeBase32 } from "./base32"

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

describe("base32", () => {
  test.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("of %j is %j, as in RFC 4648 section 10", (text, encoded) => {
    expect(encodeBase32(Buffer.from(text), alphabet)).toBe(encoded)
    expect(decodeBase32(encoded, alphabet).toString()).toBe(text)
  })

  it("is read back as the bytes it was made of, in any alphabet", () => {
    const crockford = "0123456789abcdefghjkmnpqrstvwxyz"
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(alphabet, crockford), (bytes, letters) => {
        expect(new Uint8Array(decodeBase32(encodeBase32(bytes, letters), letters))).toEqual(bytes)
      }),
    )
  })
})
