import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { canonicalAddress } from "../http/client-address"
import { isWithin, networkOf, normalizeCidr } from "./cidr"
import { clientNameOf } from "./client-name"
import { countryOf } from "./country"

describe("normalizeCidr", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7/32"],
    ["192.0.2.0/24", "192.0.2.0/24"],
    [" 192.0.2.0/24 ", "192.0.2.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0::/32", "2001:db8::/32"],
    ["::/0", "::/0"],
    ["::1", "::1/128"],
    ["fe80::1", "fe80::1/128"],
  ])("writes %j as %j", (text, cidr) => {
    expect(normalizeCidr(text)).toBe(cidr)
    expect(normalizeCidr(cidr)).toBe(cidr)
  })

  test.each([
    ...[
      "",
      " ",
      "/",
      "/24",
      "192.0.2.0/",
      "192.0.2.0/24/24",
      "192.0.2.0/33",
      "192.0.2.0/-1",
      "192.0.2.0/024",
    ],
    ...["192.0.2.0/1e1", "192.0.2.1/24", "192.0.2", "192.0.2.256", "0x7f.0.0.1", "127.1"],
    ...["010.0.0.1", "3221225985", "2001:db8::1/32", "2001:db8::/129", "::ffff:192.0.2.1", "::ffff:0:0/96"],
    ...["fe80::1%eth0", "[::1]", "2001:db8:::", "localhost", "*", "192.0.2.*", "192.0.2.0-9", "١.١.١.١"],
  ])("takes %j for no network", (text) => {
    expect(normalizeCidr(text)).toBeNull()
  })

  test("never throws, whatever the text", () => {
    const texts = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:./%]*$/))
    fc.assert(
      fc.property(texts, (text) => {
        const cidr = normalizeCidr(text)
        if (cidr) expect(normalizeCidr(cidr)).toBe(cidr)
      }),
    )
  })
})

describe("isWithin", () => {
  test("agrees with arithmetic for every IPv4 network", () => {
    const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)
    const dotted = (value: number) =>
      [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".")
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.nat(32), fc.boolean(), (one, other, length, isNear) => {
        const size = 2 ** (32 - length)
        const start = Math.floor(number(one) / size) * size
        const address = isNear ? dotted(start + (number(other) % size)) : other
        const expected = number(address) >= start && number(address) < start + size
        expect(isWithin(address, [`${dotted(start)}/${length}`])).toBe(expected)
      }),
    )
  })

  test("finds every address in its own network, in either version", () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).map(canonicalAddress)
    fc.assert(
      fc.property(addresses, (address) => {
        if (address) expect(isWithin(address, [networkOf(address)])).toBe(true)
      }),
    )
  })

  test("needs one of several, and finds nothing in none", () => {
    expect(isWithin("192.0.2.1", ["2001:db8::/32", "192.0.2.0/24"])).toBe(true)
    expect(isWithin("192.0.2.1", [])).toBe(false)
  })
})

test("networkOf is the /24 or the /48", () => {
  expect(networkOf("192.0.2.77")).toBe("192.0.2.0/24")
  expect(networkOf("2001:db8:1:2::3")).toBe("2001:db8:1::/48")
})

test.each([
  ["python-requests/2.32.3", "python-requests"],
  ["OpenAI/Python 1.2", "OpenAI"],
  ["curl", "curl"],
  ["Mozilla/5.0 (X11; Linux x86_64)", "Browser"],
  ["  node ", "node"],
  ["(nothing)", null],
  ["/1.0", null],
  ["", null],
  [null, null],
  ["x".repeat(300), "x".repeat(64)],
])("clientNameOf %j is %j", (userAgent, name) => {
  expect(clientNameOf(userAgent)).toBe(name)
})

test.each([
  ["8.8.8.8", "US"],
  ["10.0.0.1", null],
  ["127.0.0.1", null],
  ["::1", null],
])("countryOf %s is %s", (address, country) => {
  expect(countryOf(address)).toBe(country)
})
