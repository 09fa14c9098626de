import { denyWith, type Trouble } from "./hostile-provider-faults"
import type { Claims } from "./hostile-provider-keys"

export type GithubEndpoint = "token" | "user" | "emails"

export interface GithubEmail {
  email: string
  primary: boolean
  verified: boolean
}

/** Everything left out stays as an honest GitHub has it. */
export interface GithubFault {
  /** Edits the authorization response before the browser carries it back. */
  response?: (params: URLSearchParams) => void
  token?: (answer: Claims) => unknown
  user?: (user: Claims) => unknown
  emails?: (emails: GithubEmail[]) => unknown
  endpoints?: Partial<Record<GithubEndpoint, Trouble>>
}

export interface NamedGithubFault extends GithubFault {
  /** Case of the security table, or the rule, that this fault plays. */
  rows: string[]
  /** "either" leaves accepting to the app, which must still not fail with a server error. */
  expected: "accept" | "reject" | "either"
}

const EVIL = "https://evil.test"

const response = (edit: (params: URLSearchParams) => void) => ({ response: edit })
/** Undefined members vanish in JSON. */
const token = (changes: Claims) => ({ token: (answer: Claims) => ({ ...answer, ...changes }) })
const user = (changes: Claims) => ({ user: (honest: Claims) => ({ ...honest, ...changes }) })
const primaryEmail = (changes: Claims) => ({
  emails: (emails: GithubEmail[]) =>
    emails.map((email) => (email.primary ? { ...email, ...changes } : email)),
})
const trouble = (endpoint: GithubEndpoint, kind: Trouble) => ({ endpoints: { [endpoint]: kind } })

const accept = (row: string, fault: GithubFault): NamedGithubFault => ({
  rows: [row],
  expected: "accept",
  ...fault,
})
const reject = (row: string, fault: GithubFault): NamedGithubFault => ({
  rows: [row],
  expected: "reject",
  ...fault,
})
const either = (row: string, fault: GithubFault): NamedGithubFault => ({
  rows: [row],
  expected: "either",
  ...fault,
})

export const githubFaults = {
  none: accept("A01", {}),

  // Authorization response
  state_missing: reject(
    "A15",
    response((params) => params.delete("state")),
  ),
  state_altered: reject(
    "A15",
    response((params) => params.set("state", `${params.get("state")}x`)),
  ),
  code_missing: reject(
    "A15",
    response((params) => params.delete("code")),
  ),
  response_iss_wrong: either(
    "A16",
    response((params) => params.set("iss", EVIL)),
  ),
  /** GitHub began to send it in 2026; an Enterprise Server may be older. */
  response_iss_missing: either(
    "A16",
    response((params) => params.delete("iss")),
  ),
  access_denied: reject("A22", response(denyWith("The user has denied your application access."))),
  access_denied_with_markup: reject("A22", response(denyWith("<script>alert(1)</script>"))),
  access_denied_at_length: reject("A22", response(denyWith("no ".repeat(1500)))),

  // Token endpoint: no sign-in, and an answer of our own within seconds
  token_500: reject("A36", trouble("token", "500")),
  token_429: reject("A36", trouble("token", "429")),
  token_slow: reject("A36", trouble("token", "slow")),
  token_html: reject("A36", trouble("token", "html")),
  token_empty: reject("A36", trouble("token", "empty")),
  token_huge: reject("A36", trouble("token", "huge")),
  token_redirect: reject("A36", trouble("token", "redirect")),
  token_reset: reject("A36", trouble("token", "reset")),
  token_error_in_200: reject("RFC 6749 5.2", {
    token: () => ({
      error: "bad_verification_code",
      error_description: "The code passed is incorrect or expired.",
    }),
  }),
  token_type_wrong: reject("RFC 6749 7.1", token({ token_type: "mac" })),
  token_type_missing: reject("RFC 6749 5.1", token({ token_type: undefined })),
  token_type_in_capitals: accept("RFC 6749 5.1", token({ token_type: "Bearer" })),
  access_token_missing: reject("RFC 6749 5.1", token({ access_token: undefined })),
  access_token_empty: reject("RFC 6749 5.1", token({ access_token: "" })),
  /** As text it would be the honest token. */
  access_token_not_a_string: reject("RFC 6749 5.1", {
    token: (answer) => ({ ...answer, access_token: [answer.access_token] }),
  }),

  // Who it is
  user_401: reject("A36", trouble("user", "401")),
  user_429: reject("A36", trouble("user", "429")),
  user_500: reject("A36", trouble("user", "500")),
  user_slow: reject("A36", trouble("user", "slow")),
  user_html: reject("A36", trouble("user", "html")),
  user_empty: reject("A36", trouble("user", "empty")),
  user_huge: reject("A36", trouble("user", "huge")),
  user_redirect: reject("A36", trouble("user", "redirect")),
  user_reset: reject("A36", trouble("user", "reset")),
  user_array: reject("A36", { user: (honest) => [honest] }),
  user_null: reject("A36", { user: () => null }),
  user_id_missing: reject("A12", user({ id: undefined })),
  user_id_null: reject("A12", user({ id: null })),
  user_id_string: reject("A12", user({ id: "583231" })),
  user_id_zero: reject("A12", user({ id: 0 })),
  user_id_negative: reject("A12", user({ id: -583231 })),
  user_id_float: reject("A12", user({ id: 583231.5 })),
  user_id_1e300: reject("A12", user({ id: 1e300 })),
  /** The first that shares its JavaScript number with a neighbour. */
  user_id_unsafe: reject("A12", user({ id: 2 ** 53 })),

  // Email addresses
  emails_401: reject("A36", trouble("emails", "401")),
  emails_429: reject("A36", trouble("emails", "429")),
  emails_500: reject("A36", trouble("emails", "500")),
  emails_slow: reject("A36", trouble("emails", "slow")),
  emails_html: reject("A36", trouble("emails", "html")),
  emails_huge: reject("A36", trouble("emails", "huge")),
  emails_redirect: reject("A36", trouble("emails", "redirect")),
  emails_reset: reject("A36", trouble("emails", "reset")),
  emails_not_an_array: reject("A36", trouble("emails", "empty")),
  emails_of_null: reject("A36", { emails: () => [null] }),
  emails_none: reject("OIDC 5.1", { emails: () => [] }),
  emails_none_primary: reject("OIDC 5.1", primaryEmail({ primary: false })),
  email_primary_as_text: reject("OIDC 5.1", primaryEmail({ primary: "true" })),
  email_unverified: reject("OIDC 5.1", primaryEmail({ verified: false })),
  email_verified_missing: reject("OIDC 5.1", primaryEmail({ verified: undefined })),
  email_verified_as_text: reject("OIDC 5.1", primaryEmail({ verified: "true" })),
  email_missing: reject("OIDC 5.1", primaryEmail({ email: undefined })),
  email_not_a_string: reject("OIDC 5.1", primaryEmail({ email: ["ada@example.test"] })),
  email_not_an_address: reject("OIDC 5.1", primaryEmail({ email: "ada" })),
  email_two_ats: reject("OIDC 5.1", primaryEmail({ email: "ada@evil.test@example.test" })),
  email_with_nul: reject("OIDC 5.1", primaryEmail({ email: "ada\u0000@example.test" })),
  email_in_capitals: accept("A24", {
    emails: (emails) => emails.map((address) => ({ ...address, email: address.email.toUpperCase() })),
  }),
  /** The profile's address is for show: it neither replaces the primary one nor helps out for it. */
  public_email_of_another: accept("OIDC 5.1", user({ email: "mallory@evil.test" })),
  public_email_alone: reject("OIDC 5.1", { ...user({ email: "ada@example.test" }), emails: () => [] }),

  // Profile: taken in as short plain text, or left out
  name_one_megabyte: accept("A41", user({ name: "A".repeat(1_000_000) })),
  name_markup: accept("A41", user({ name: "<script>alert(1)</script>" })),
  name_right_to_left: accept("A41", user({ name: "Ada \u202Etset.elpmaxe@nimda\u202C" })),
  name_with_nul: accept("A41", user({ name: "Ada\u0000Byte" })),
  name_missing: accept("A41", user({ name: undefined })),
  /** What GitHub sends for a person who never gave one. */
  name_null: accept("A41", user({ name: null })),
  name_not_a_string: either("A41", user({ name: { toString: "Ada" } })),
  avatar_javascript: accept("A41", user({ avatar_url: "javascript:alert(1)" })),
  avatar_link_local: accept("A41", user({ avatar_url: "http://169.254.169.254/latest/meta-data" })),
  avatar_not_a_url: accept("A41", user({ avatar_url: 7 })),
} satisfies Record<string, NamedGithubFault>
