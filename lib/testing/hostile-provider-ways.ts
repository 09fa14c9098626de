import { createHash } from "node:crypto"
import { expect } from "vitest"
import { exchangeCode } from "../auth/authorization-codes"
import { authCookies } from "../auth/cookies"
import type { ProviderId } from "../auth/identity"
import { login, loginCallback } from "../auth/login-endpoints"
import { handleNextAuth } from "../auth/next-auth"
import { type OAuthErrorCode, oauthErrorTable } from "../auth/oauth-error"
import { generateOpaqueToken } from "../auth/opaque-token"
import { addressIn, type Browser, type Handle } from "./browser"

// The three ways in, for tests that hold of all of them.

export interface WayIn {
  handle: Handle
  /** The provider's address, or the answer of an app that does not begin. */
  begin(browser: Browser, provider: ProviderId): Promise<string | Response>
  isSignedIn(browser: Browser, end: Response): Promise<boolean>
  /** An answer of ours, in the form that belongs to this way, and nothing left over in the browser. */
  expectRefusal(browser: Browser, end: Response, options: { isOutage: boolean }): Promise<void>
}

/** A person's browser at /api/auth. */
export const throughNextAuth: WayIn = {
  handle: handleNextAuth,

  async begin(browser, provider) {
    const response = await browser.post(`/api/auth/signin/${provider}`, {})
    return isToUs(response) ? response : addressIn(response)
  },

  async isSignedIn(browser, end) {
    return addressIn(end).endsWith("/dashboard") && browser.cookies.has(authCookies().sessionToken.name)
  },

  async expectRefusal(browser, end) {
    expect([302, 303]).toContain(end.status)
    expect(addressIn(end)).toMatch(
      /^(http:\/\/localhost:3000)?\/sign-in\/error\?code=[a-z_]+&request_id=[\w-]+$/,
    )
    expect([...browser.cookies.keys()].join()).not.toMatch(/session|state|nonce|pkce/)
  },
}

function isToUs(response: Response): boolean {
  return !/^http:\/\/127\.0\.0\.1:/.test(addressIn(response))
}

/** A sign-in over the API whose tokens go to the browser that began it. */
export const throughPlainLogin: WayIn = {
  handle: handleLogin,

  async begin(browser, provider) {
    const response = await beginLogin(browser, { provider })
    return response.ok ? (await response.json()).redirect_url : response
  },

  async isSignedIn(_browser, end) {
    return end.ok && typeof (await end.clone().json()).access_token === "string"
  },

  expectRefusal: (_browser, end, { isOutage }) => expectErrorAnswer(end, { isOutage }),
}

export const programRedirectUri = "http://127.0.0.1:8765/callback"
const programVerifier = generateOpaqueToken()

/** The parameters with which the registered client `cli` begins. */
export const programQuery = {
  client_id: "cli",
  redirect_uri: programRedirectUri,
  code_challenge: createHash("sha256").update(programVerifier).digest("base64url"),
  code_challenge_method: "S256",
  state: "state of the program",
}

/** A sign-in over the API that ends in a code for a registered client. */
export const throughProgramLogin: WayIn = {
  handle: handleLogin,

  async begin(browser, provider) {
    const response = await beginLogin(browser, { provider, query: programQuery, headers: {} })
    return response.status === 302 ? addressIn(response) : response
  },

  async isSignedIn(_browser, end) {
    const code = new URL(addressIn(end), programRedirectUri).searchParams.get("code")
    return code !== null && (await redeem(code)).accessToken !== ""
  },

  async expectRefusal(_browser, end, { isOutage }) {
    if (end.status !== 303) return expectErrorAnswer(end, { isOutage })
    expect(addressIn(end)).toMatch(/^http:\/\/127\.0\.0\.1:8765\/callback\?/)
    const { error, error_description, ...rest } = parametersIn(end)
    expect(error).toMatch(isOutage ? /^(temporarily_unavailable|access_denied)$/ : /^access_denied$/)
    expect(error_description).toMatch(/^[a-z_]+: [\w .-]+$/)
    expect(rest).toEqual({ state: programQuery.state, iss: "http://localhost:3000" })
  },
}

/** What a redirect carries in its query. */
export function parametersIn(response: Response): Record<string, string> {
  return Object.fromEntries(new URL(addressIn(response)).searchParams)
}

/** Exchanges a code as the program that began with programQuery. */
export function redeem(code: string) {
  const source = { requestId: "test-request", clientAddress: null, userAgent: null }
  const redirectUri = programRedirectUri
  return exchangeCode(source, { code, clientId: "cli", redirectUri, codeVerifier: programVerifier })
}

type Login = {
  provider?: string
  query?: Record<string, string>
  /** Left out: those of a program that asks for JSON. */
  headers?: Record<string, string>
}

/** Our answer to the beginning of a sign-in over the API. */
export function beginLogin(browser: Browser, { provider = "google", query = {}, headers }: Login = {}) {
  const parameters = new URLSearchParams(query)
  return browser.get(
    `/api/v1/auth/${provider}/login?${parameters}`,
    headers ?? { accept: "application/json" },
  )
}

/** The routes under /api/v1/auth/{provider}. */
export function handleLogin(request: Request): Promise<Response> {
  const [, provider, step] =
    /^\/api\/v1\/auth\/(\w+)\/(login|callback)$/.exec(new URL(request.url).pathname) ?? []
  const handler = step === "login" ? login : loginCallback
  return handler(request, { params: Promise.resolve({ provider }) })
}

/** RFC 6749 section 5.2, with the status of the code; 503 only where the provider was away. */
async function expectErrorAnswer(end: Response, { isOutage }: { isOutage: boolean }): Promise<void> {
  const { error } = await end.clone().json()
  expect(error).toMatch(
    isOutage ? /^(temporarily_unavailable|access_denied)$/ : /^(access_denied|invalid_request)$/,
  )
  expect(end.status).toBe(oauthErrorTable[error as OAuthErrorCode].status)
  expect(end.headers.get("cache-control")).toBe("no-store")
}
