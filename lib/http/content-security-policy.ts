import { env } from "../env"

/**
 * The policy of a page: scripts and styles run only with this response's nonce, nothing is framed, forms go
 * to ourselves and, through the redirect that follows, to the identity providers.
 */
export function contentSecurityPolicy(nonce: string): string {
  const { NODE_ENV, AUTH_GOOGLE_ISSUER, AUTH_GITHUB_ID, AUTH_GITHUB_URL } = env()
  const development = NODE_ENV === "development"
  const directives = {
    "default-src": ["'self'"],
    // React's development build evaluates code to rebuild stack traces; its overlay brings its own styles.
    "script-src": [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(development ? ["'unsafe-eval'"] : []),
    ],
    "style-src": ["'self'", ...(development ? ["'unsafe-inline'"] : [`'nonce-${nonce}'`])],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...(development ? ["ws:"] : [])],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": [
      "'self'",
      new URL(AUTH_GOOGLE_ISSUER).origin,
      ...(AUTH_GITHUB_ID ? [AUTH_GITHUB_URL] : []),
    ],
    "frame-ancestors": ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ")
}
