import { randomUUID } from "node:crypto"
import type { Claims, Signature } from "./hostile-provider-keys"

export type Endpoint = "discovery" | "jwks" | "token" | "userinfo"

/** What becomes of an endpoint: "slow" and "huge" answers are otherwise right, "redirect" leads to the canary. */
export type Trouble = "500" | "429" | "401" | "slow" | "html" | "huge" | "empty" | "redirect" | "reset"

/** Everything left out stays as an honest provider has it. */
export interface Fault {
  claims?: (claims: Claims, scene: Scene) => Claims
  header?: (header: Claims, scene: Scene) => Claims
  signature?: Signature
  /** The last word on the token response's id_token. */
  idToken?: (jwt: string) => unknown
  /** Edits the authorization response before the browser carries it back. */
  response?: (params: URLSearchParams, scene: Scene) => void
  discovery?: (metadata: Claims, scene: Scene) => Claims
  userinfo?: (claims: Claims) => Claims
  keys?: "two_published" | "rotated_before_signing"
  endpoints?: Partial<Record<Endpoint, Trouble>>
}

/** What a fault may build upon. */
export interface Scene {
  issuer: string
  canary: string
  now: number
  /** Nonce of the flow begun before this one. */
  otherNonce: string | undefined
  attacker: { jwk: Claims; certificate: string }
}

export interface NamedFault extends Fault {
  /** Case of the security table, or the rule, that this fault plays. */
  rows: string[]
  /** "either" leaves accepting to the app, which must still not fail with a server error. */
  expected: "accept" | "reject" | "either"
}

const EVIL = "https://evil.test"

const set = (changes: Claims) => ({ claims: (claims: Claims) => ({ ...claims, ...changes }) })
/** Undefined members vanish in JSON. */
const drop = (...names: string[]) => set(Object.fromEntries(names.map((name) => [name, undefined])))
const at = (claim: string, offset: number) => ({
  claims: (claims: Claims, { now }: Scene) => ({ ...claims, [claim]: now + offset }),
})
const withIssuer = (issuer: (honest: string) => unknown) => ({
  claims: (claims: Claims, scene: Scene) => ({ ...claims, iss: issuer(scene.issuer) }),
})
const withAudience = (others: string[], azp?: unknown) => ({
  claims: (claims: Claims) => ({ ...claims, aud: [claims.aud, ...others], azp }),
})
const withHeader = (change: (scene: Scene) => Claims) => ({
  header: (header: Claims, scene: Scene) => ({ ...header, ...change(scene) }),
})
const response = (edit: (params: URLSearchParams) => void) => ({ response: edit })
const trouble = (endpoint: Endpoint, kind: Trouble) => ({ endpoints: { [endpoint]: kind } })

const accept = (row: string, fault: Fault): NamedFault => ({ rows: [row], expected: "accept", ...fault })
const reject = (row: string, fault: Fault): NamedFault => ({ rows: [row], expected: "reject", ...fault })
const either = (row: string, fault: Fault): NamedFault => ({ rows: [row], expected: "either", ...fault })

export const faults = {
  none: accept("A01", {}),

  // Signature
  signed_by_wrong_key: reject("OIDC 3.1.3.7", { signature: "wrong_key" }),
  alg_none: reject("A03", { signature: "none" }),
  hs256_with_client_secret: reject("RFC 8725 3.1", { signature: "hs256_secret" }),
  hs256_with_public_key: reject("RFC 8725 3.1", { signature: "hs256_public_key" }),
  es256_published_but_not_announced: reject("A05", { signature: "es256" }),
  signature_cut_off: reject("OIDC 3.1.3.7", { idToken: (jwt) => jwt.replace(/[^.]*$/, "") }),
  id_token_missing: reject("OIDC 3.1.3.3", { idToken: () => undefined }),
  id_token_not_a_jwt: reject("OIDC 3.1.3.3", { idToken: () => "signed.in.please" }),
  id_token_not_a_string: reject("OIDC 3.1.3.3", { idToken: () => ({ sub: "1" }) }),

  // Issuer
  iss_other: reject("A06", set({ iss: EVIL })),
  iss_trailing_slash: reject(
    "A06",
    withIssuer((issuer) => `${issuer}/`),
  ),
  iss_array: reject(
    "A06",
    withIssuer((issuer) => [issuer]),
  ),
  iss_missing: reject("A06", drop("iss")),
  iss_without_scheme: either(
    "A07",
    withIssuer((issuer) => issuer.replace("http://", "")),
  ),

  // Audience
  aud_other: reject("A08", set({ aud: "another-client" })),
  aud_missing: reject("A08", drop("aud")),
  aud_empty_array: reject("A08", set({ aud: [] })),
  aud_array_of_ours: accept("A09", withAudience([], undefined)),
  aud_two_without_azp: reject("A10", withAudience(["evil"])),
  aud_two_azp_evil: reject("A10", withAudience(["evil"], "evil")),
  aud_two_azp_ours: reject("A10", {
    claims: (claims) => ({ ...claims, aud: [claims.aud, "evil"], azp: claims.aud }),
  }),
  azp_evil: reject("A10", set({ azp: "evil" })),

  // Times: a minute of skew is normal
  exp_missing: reject("A11", drop("exp")),
  exp_five_minutes_ago: reject("A11", at("exp", -300)),
  exp_seconds_ago: accept("A11", at("exp", -20)),
  exp_not_a_number: reject("A11", set({ exp: "tomorrow" })),
  iat_missing: reject("A11", drop("iat")),
  iat_ten_minutes_ahead: reject("A11", at("iat", 600)),
  iat_seconds_ahead: accept("A11", at("iat", 20)),
  nbf_ten_minutes_ahead: reject("A11", at("nbf", 600)),
  nbf_seconds_ahead: accept("A11", at("nbf", 20)),

  // Subject
  sub_missing: reject("A12", drop("sub")),
  sub_empty: reject("A12", set({ sub: "" })),
  sub_blank: reject("A12", set({ sub: "  " })),
  sub_number: reject("A12", set({ sub: 0 })),
  sub_null: reject("A12", set({ sub: null })),
  sub_300_characters: reject("A12", set({ sub: "1".repeat(300) })),

  // Nonce
  nonce_missing: reject("A13", drop("nonce")),
  nonce_wrong: reject("A13", set({ nonce: "chosen-by-an-attacker" })),
  nonce_of_another_flow: reject("A13", {
    claims: (claims, { otherNonce }) => ({ ...claims, nonce: otherNonce ?? "none" }),
  }),

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
  response_iss_wrong: reject(
    "A16",
    response((params) => params.set("iss", EVIL)),
  ),
  response_iss_missing: reject(
    "A16",
    response((params) => params.delete("iss")),
  ),
  access_denied: reject("A22", response(denyWith("The person said no"))),
  access_denied_with_markup: reject("A22", response(denyWith("<script>alert(1)</script>"))),
  access_denied_at_length: reject("A22", response(denyWith("no ".repeat(1500)))),

  // Email address
  email_unverified: reject("OIDC 5.1", set({ email_verified: false })),
  email_verified_missing: reject("OIDC 5.1", drop("email_verified")),
  email_verified_as_text: reject("OIDC 5.1", set({ email_verified: "true" })),
  email_missing: reject("OIDC 5.1", drop("email")),
  email_not_a_string: reject("OIDC 5.1", set({ email: ["ada@example.test"] })),
  email_not_an_address: reject("OIDC 5.1", set({ email: "ada" })),
  email_two_ats: reject("OIDC 5.1", set({ email: "ada@evil.test@example.test" })),
  email_with_nul: reject("OIDC 5.1", set({ email: "ada\u0000@example.test" })),
  email_in_capitals: accept("A24", {
    claims: (claims) => ({ ...claims, email: String(claims.email).toUpperCase() }),
  }),
  hd_evil: either("A26", set({ hd: "evil.test" })),

  // Keys
  kid_missing: accept("A31", { header: ({ kid: _, ...header }) => header }),
  kid_missing_with_two_keys: either("A32", {
    header: ({ kid: _, ...header }) => header,
    keys: "two_published",
  }),
  keys_rotated_before_signing: accept("A33", { keys: "rotated_before_signing" }),
  kid_unknown: reject(
    "A34",
    withHeader(() => ({ kid: randomUUID() })),
  ),
  header_jku: reject("A38", {
    signature: "wrong_key",
    ...withHeader(({ canary, attacker }) => ({ jku: `${canary}/jwks`, kid: attacker.jwk.kid })),
  }),
  header_x5u: reject("A38", {
    signature: "wrong_key",
    ...withHeader(({ canary }) => ({ x5u: `${canary}/certificate` })),
  }),
  header_jwk: reject("A38", {
    signature: "wrong_key",
    ...withHeader(({ attacker }) => ({ jwk: attacker.jwk })),
  }),
  header_x5c: reject("A38", {
    signature: "wrong_key",
    ...withHeader(({ attacker }) => ({ x5c: [attacker.certificate] })),
  }),
  header_unknown_crit: reject(
    "RFC 7515 4.1.11",
    withHeader(() => ({ crit: ["evil"], evil: true })),
  ),

  // Endpoints: no sign-in, and an answer of our own within seconds
  discovery_issuer_mismatch: reject("A35", { discovery: (metadata) => ({ ...metadata, issuer: EVIL }) }),
  discovery_500: reject("A35", trouble("discovery", "500")),
  discovery_slow: reject("A35", trouble("discovery", "slow")),
  discovery_html: reject("A35", trouble("discovery", "html")),
  discovery_huge: reject("A35", trouble("discovery", "huge")),
  discovery_redirect: reject("A35", trouble("discovery", "redirect")),
  /** By a name of this machine that does not count as loopback. */
  discovery_plain_http_token_endpoint: reject("A35", {
    discovery: (metadata, { canary }) => ({
      ...metadata,
      token_endpoint: canary.replace("127.0.0.1", "0.0.0.0"),
    }),
  }),
  jwks_500: reject("A35", trouble("jwks", "500")),
  jwks_slow: reject("A35", trouble("jwks", "slow")),
  jwks_html: reject("A35", trouble("jwks", "html")),
  jwks_huge: reject("A35", trouble("jwks", "huge")),
  jwks_empty: reject("A35", trouble("jwks", "empty")),
  jwks_redirect: reject("A35", trouble("jwks", "redirect")),
  token_500: reject("A36", trouble("token", "500")),
  token_429: reject("A36", trouble("token", "429")),
  token_slow: reject("A36", trouble("token", "slow")),
  token_html: reject("A36", trouble("token", "html")),
  token_empty: reject("A36", trouble("token", "empty")),
  token_huge: reject("A36", trouble("token", "huge")),
  token_redirect: reject("A36", trouble("token", "redirect")),
  token_reset: reject("A36", trouble("token", "reset")),
  /** Only for an app that asks UserInfo at all. */
  userinfo_other_sub: either("A37", { userinfo: (claims) => ({ ...claims, sub: "110000000000000000666" }) }),

  // Profile: taken in as short plain text, or left out
  name_one_megabyte: accept("A41", set({ name: "A".repeat(1_000_000) })),
  name_markup: accept("A41", set({ name: "<script>alert(1)</script>" })),
  name_right_to_left: accept("A41", set({ name: "Ada \u202Etset.elpmaxe@nimda\u202C" })),
  name_with_nul: accept("A41", set({ name: "Ada\u0000Byte" })),
  name_missing: accept("A41", drop("name", "given_name", "family_name")),
  name_not_a_string: either("A41", set({ name: { toString: "Ada" } })),
  picture_javascript: accept("A41", set({ picture: "javascript:alert(1)" })),
  picture_link_local: accept("A41", set({ picture: "http://169.254.169.254/latest/meta-data" })),
  picture_not_a_url: accept("A41", set({ picture: 7 })),
} satisfies Record<string, NamedFault>

/** The person said no, and the provider tells it in these words. */
export function denyWith(description: string) {
  return (params: URLSearchParams) => {
    params.delete("code")
    params.set("error", "access_denied")
    params.set("error_description", description)
  }
}
