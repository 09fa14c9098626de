import { describe, expect, test } from "vitest"
import { canonicalAddress, clientAddress } from "./client-address"

describe("clientAddress", () => {
  const spoofed = "203.0.113.66, 198.51.100.7, 192.0.2.1"

  test("with no trusted proxy only the socket counts, whatever the header says", () => {
    expect(clientAddress({ socketAddress: "192.0.2.9", forwardedFor: spoofed, trustedHops: 0 })).toBe(
      "192.0.2.9",
    )
  })

  test("counts trusted proxies from the right, so the client's own entries are never reached", () => {
    expect(clientAddress({ socketAddress: "10.0.0.1", forwardedFor: spoofed, trustedHops: 1 })).toBe(
      "192.0.2.1",
    )
    expect(clientAddress({ socketAddress: "10.0.0.1", forwardedFor: spoofed, trustedHops: 2 })).toBe(
      "198.51.100.7",
    )
  })

  test.each([[""], [undefined], [null], ["unknown"], ["1.2.3.4, "]])(
    "is unknown when the proxy says %j",
    (forwardedFor) => {
      expect(clientAddress({ socketAddress: "10.0.0.1", forwardedFor, trustedHops: 1 })).toBeNull()
    },
  )

  test("is unknown when fewer proxies answered than are trusted", () => {
    expect(clientAddress({ socketAddress: "10.0.0.1", forwardedFor: "192.0.2.1", trustedHops: 2 })).toBeNull()
  })
})

describe("canonicalAddress", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:C000:0201", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["192.0.2.1:8080", "192.0.2.1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::1", "::1"],
    ["010.0.0.1", null],
    ["1.2.3", null],
    ["evil", null],
    ["", null],
  ])("%s → %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })
})
