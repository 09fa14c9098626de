import ipaddr from "ipaddr.js"

// Networks in the notation of RFC 4632 and RFC 4291. Safe for the browser.

/**
 * One spelling of a network: `203.0.113.0/24`, `2001:db8::/32`; a single address becomes a network of one. Null for
 * what is no network, and for one with bits set beyond its prefix: it does not say which network is meant.
 */
export function normalizeCidr(text: string): string | null {
  const [address = "", prefix, ...rest] = text.trim().split("/")
  if (rest.length > 0 || !isAddress(address)) return null
  const parsed = ipaddr.parse(address)
  const bits = parsed.kind() === "ipv4" ? 32 : 128
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return null
  const length = prefix === undefined ? bits : Number(prefix)
  if (length > bits) return null
  const network = `${parsed.toString()}/${length}`
  return networkAddress(network) === parsed.toString() ? network : null
}

/** Whether the address, as lib/http/client-address.ts writes it, lies in one of the networks. */
export function isWithin(address: string, cidrs: readonly string[]): boolean {
  const parsed = ipaddr.process(address)
  return cidrs.some((cidr) => {
    const [network, length] = ipaddr.parseCIDR(cidr)
    return parsed.kind() === network.kind() && parsed.match([network, length])
  })
}

/** The neighbourhood of an address, in which one holder moves without it meaning anything: /24 of IPv4, /48 of IPv6. */
export function networkOf(address: string): string {
  const length = ipaddr.parse(address).kind() === "ipv4" ? 24 : 48
  return `${networkAddress(`${address}/${length}`)}/${length}`
}

/** Four decimal numbers, or IPv6 that is not IPv4 in disguise: each address has one spelling only. */
function isAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return true
  return ipaddr.IPv6.isValid(text) && !text.includes("%") && !ipaddr.IPv6.parse(text).isIPv4MappedAddress()
}

function networkAddress(cidr: string): string {
  return cidr.includes(":")
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr).toString()
    : ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()
}
