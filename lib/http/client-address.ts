import { isIP } from "node:net"

type AddressSources = {
  /** The peer of the TCP connection; undefined where the listener is not ours. */
  socketAddress: string | undefined
  /** X-Forwarded-For as it arrived: anybody can write to its left end, each trusted proxy appends to its right. */
  forwardedFor: string | null | undefined
  /** How many proxies in front may be believed (TRUSTED_PROXY_HOPS). */
  trustedHops: number
}

/** The client's address in one spelling, or null when nothing trustworthy says it. No other header counts. */
export function clientAddress({ socketAddress, forwardedFor, trustedHops }: AddressSources): string | null {
  if (trustedHops === 0) return canonicalAddress(socketAddress)
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim())
  return canonicalAddress(hops.at(-trustedHops))
}

/** One spelling per address: IPv4-mapped IPv6 becomes IPv4, IPv6 is compressed, zone and port go. Else null. */
export function canonicalAddress(text: string | undefined): string | null {
  if (!text) return null
  const address = text
    .replace(/^\[(.+)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "")
  const version = isIP(address)
  if (version === 4) return address
  if (version !== 6) return null
  // The URL parser writes IPv6 as RFC 5952 asks.
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed)
  if (!mapped) return compressed
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join(".")
}
