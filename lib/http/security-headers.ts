/** Headers that are the same on every response, whoever answers. The policy of a page is in proxy.ts: it has a nonce. */
export const securityHeaders = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

/** The policy of everything that is not a page: it may do nothing at all. */
export const closedPolicy = "default-src 'none'; frame-ancestors 'none'"
