import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto"
import { deflateRawSync } from "node:zlib"
import { CompactEncrypt, importJWK, type JWK } from "jose"
import { createCertificate } from "./hostile-provider-keys"

// Access tokens that must be refused, by what is wrong with them. The first table needs what anybody has: a token
// and our key set. The second is signed with our own key, as only a fault of ours could have done it, so that
// nothing but the named claim or header can be the reason for a refusal.

type Fields = Record<string, unknown>

export type Forger = {
  /** A token in force, as we issued it. */
  token: string
  /** The key that signed it, as our key set publishes it. */
  publicJwk: JWK
  /** A server of the attacker's, which must never be asked. */
  canary: string
}

export type Forgery = (forger: Forger) => string | Promise<string>

const attacker = generateKeyPairSync("ec", { namedCurve: "P-256" })
const otherCurve = generateKeyPairSync("ec", { namedCurve: "P-384" })
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const edwards = generateKeyPairSync("ed25519")

export const forgedTokens: Record<string, Forgery> = {
  ...unsigned(),
  ...keyedByOurPublicKey(),
  ...ofAnotherAlgorithm(),

  "is signed with a key of the attacker's under our key id": (forger) =>
    signed(header(forger), claims(forger), attacker.privateKey),
  "brings its key along (jwk)": (forger) => attackerSigned(forger, { jwk: attackerJwk() }),
  "brings its key along and has no key id": (forger) =>
    attackerSigned(forger, { jwk: attackerJwk(), kid: undefined }),
  "says where its key is (jku)": (forger) => attackerSigned(forger, { jku: `${forger.canary}/jwks.json` }),
  "says where its certificate is (x5u)": (forger) =>
    attackerSigned(forger, { x5u: `${forger.canary}/certificate.pem` }),
  "brings its certificate along (x5c)": (forger) => attackerSigned(forger, { x5c: [certificate()] }),
  "has a URL for its key id": (forger) => attackerSigned(forger, { kid: `${forger.canary}/key` }),

  "has another subject than was signed": (forger) => resaid(forger, { sub: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C" }),
  "has a wider scope than was signed": (forger) => resaid(forger, { scope: "organization:write" }),
  "lives longer than was signed": (forger) => resaid(forger, { exp: 4_102_444_800 }),
  "has a role added": (forger) => resaid(forger, { role: "owner" }),
  "has half a signature": ({ token }) => token.slice(0, -43),
  "lacks the last character": ({ token }) => token.slice(0, -1),
  "has no signature": ({ token }) => `${token.split(".", 2).join(".")}.`,
  "has an empty header": ({ token }) => token.slice(token.indexOf(".")),
  "has an empty payload": (forger) => joined(forger, (head, _payload, signature) => [head, "", signature]),
  "has two parts": ({ token }) => token.split(".", 2).join("."),
  "has four parts": ({ token }) => `${token}.${token.split(".")[2]}`,
  "is three dots": () => "...",
  "is two dots": () => "..",
  "has a signature of zeros": (forger) =>
    joined(forger, (head, payload) => [head, payload, Buffer.alloc(64).toString("base64url")]),
  "has a signature in DER": (forger) => derSigned(forger),
  "is padded": ({ token }) => `${token}==`,
  "has a header that is no JSON": (forger) =>
    joined(forger, (_head, payload, signature) => [base64url("{"), payload, signature]),
  "has null for a header": (forger) =>
    joined(forger, (_head, payload, signature) => [base64url("null"), payload, signature]),
  "is 8 kB and more": ({ token }) => `${token}${"A".repeat(8 * 1024)}`,
  ...otherSpellings(),

  "is encrypted to our public key": encrypted,
  "is encrypted with a shared key (dir)": () => jwe({ alg: "dir", enc: "A256GCM" }),
  "asks for a billion rounds of PBES2": () => jwe(expensive),
  "asks for a billion rounds of PBES2 in three parts": (forger) =>
    signed(expensive, claims(forger), attacker.privateKey),
  "is a zip bomb": () => jwe({ alg: "dir", enc: "A256GCM", zip: "DEF" }, bomb()),
}

/** What is right in all but one thing, and signed with our key. */
export const missignedTokens: Record<string, (forger: Forger, ourKey: KeyObject) => string> = {
  ...withHeader({
    "has no key id": { kid: undefined },
    "has a key id we never had": { kid: "x".repeat(43) },
    "has a list for its key id": { kid: ["a"] },
    "has an object for its key id": { kid: { a: 1 } },
    "has a number for its key id": { kid: 1 },
    "has a key id of 10 kB": { kid: "x".repeat(10 * 1024) },
    "has a path for its key id": { kid: "../../dev/null" },
    "has SQL for its key id": { kid: "' UNION SELECT 'AAAA' --" },
    "has __proto__ for its key id": { kid: "__proto__" },
    "has constructor for its key id": { kid: "constructor" },
    "has an empty key id": { kid: "" },

    "has an extension that must be understood": { crit: ["x"], x: 1 },
    "has a crit that is empty": { crit: [] },
    "has a payload that is not encoded (b64)": { b64: false, crit: ["b64"] },
    "has b64 without crit": { b64: false },
    "is compressed (zip)": { zip: "DEF" },
    "has a header we never set": { cty: "JWT" },

    "has no type": { typ: undefined },
    "is an ID token by its type": { typ: "JWT" },
    "is a logout token by its type": { typ: "logout+jwt" },
    "has a list for its type": { typ: ["at+jwt"] },
    "says RS256": { alg: "RS256" },
    "says PS256": { alg: "PS256" },
    "says ES384": { alg: "ES384" },
    "says ES256K": { alg: "ES256K" },
    "says EdDSA": { alg: "EdDSA" },
    "says es256": { alg: "es256" },
    "has a list for its algorithm": { alg: ["ES256"] },
  }),

  ...withClaims((ours) => ({
    "is for another audience": { aud: "https://api.example.com" },
    "is for a part of our name": { aud: ours.slice(0, -1) },
    "is for more than our name": { aud: `${ours}.example.com` },
    "is for our name with a slash": { aud: `${ours}/` },
    "is for a list without us": { aud: ["https://a.example.com", "https://b.example.com"] },
    "is for a list with us": { aud: [ours, "https://b.example.com"] },
    "is for nobody": { aud: [] },
    "is for staging": { aud: "https://staging.example.com", iss: "https://staging.example.com" },

    "is from another issuer": { iss: "https://accounts.google.com" },
    "is from a list of issuers": { iss: [ours] },
    "is from our name with a slash": { iss: `${ours}/` },
    "is from our name in capitals": { iss: ours.toUpperCase() },
    "is from null": { iss: null },

    "expired 90 s ago": { exp: inSeconds(-90) },
    "is not valid before 90 s from now": { nbf: inSeconds(90) },
    "was issued 90 s from now": { iat: inSeconds(90) },
    "expires at a text": { exp: String(inSeconds(600)) },
    "expires at a date": { exp: new Date(Date.now() + 600_000).toISOString() },
    "expires at a fraction": { exp: inSeconds(600) + 0.5 },
    "expires before 1970": { exp: -1 },
    "expires at null": { exp: null },
    "expires at true": { exp: true },
    "is not valid before a text": { nbf: "0" },
    "was issued at a text": { iat: String(inSeconds(0)) },
    "was issued before 1970": { iat: -1 },

    "has a number for its subject": { sub: 1 },
    "has an empty subject": { sub: "" },
    "has a subject with NUL": { sub: "\u0000" },
    "has a list for its session": { sid: ["a"] },
    "has SQL for its session": { sid: "' OR 1=1 --" },
    "has an object for its session": { sid: { not: "" } },
    "has another's organization": { organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" },
    "has another's session": { sid: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1D" },
    "has another subject than its session": { sub: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C" },
    "has a list for its scope": { scope: ["ai:invoke"] },
    "has a text for its methods": { amr: "google" },
  })),

  ...Object.fromEntries(
    [
      "iss",
      "aud",
      "sub",
      "client_id",
      "organization_id",
      "sid",
      "jti",
      "iat",
      "exp",
      "auth_time",
      "amr",
      "scope",
    ].map((claim) => [
      `has no ${claim}`,
      (forger: Forger, ourKey: KeyObject) =>
        signed(header(forger), { ...claims(forger), [claim]: undefined }, ourKey),
    ]),
  ),

  "never expires, by a number too large": (forger, ourKey) =>
    signed(
      header(forger),
      JSON.stringify({ ...claims(forger), exp: 0 }).replace('"exp":0', '"exp":1e400'),
      ourKey,
    ),
  "has a payload that is no JSON": (forger, ourKey) => signed(header(forger), "{", ourKey),
  "has a list for a payload": (forger, ourKey) => signed(header(forger), "[]", ourKey),
  "has null for a payload": (forger, ourKey) => signed(header(forger), "null", ourKey),
}

/** The token again with some claims changed, signed with our own key. */
export function reissued(forger: Forger, ourKey: KeyObject, changes: Fields = {}): string {
  return signed(header(forger), { ...claims(forger), ...changes }, ourKey)
}

/** A time claim. */
export function inSeconds(count: number): number {
  return Math.floor(Date.now() / 1000) + count
}

function unsigned(): Record<string, Forgery> {
  const algorithms = ["none", "None", "nOnE", "NONE", "", null, undefined]
  const entries = algorithms.flatMap((alg): [string, Forgery][] => {
    const name = alg === undefined ? "no algorithm" : `algorithm ${JSON.stringify(alg)}`
    const head = (forger: Forger) => base64url(JSON.stringify({ ...header(forger), alg }))
    return [
      [
        `has ${name} and no signature`,
        (forger) => joined(forger, (_head, payload) => [head(forger), payload, ""]),
      ],
      [
        `has ${name} and the old signature`,
        (forger) => joined(forger, (_head, payload, signature) => [head(forger), payload, signature]),
      ],
    ]
  })
  return Object.fromEntries(entries)
}

/** A server that takes the algorithm from the token would check these with the key that everybody knows. */
function keyedByOurPublicKey(): Record<string, Forgery> {
  const spellings: Record<string, (jwk: JWK) => string | Buffer> = {
    PEM: pem,
    "PEM without its last newline": (jwk) => pem(jwk).trimEnd(),
    "PEM after a space": (jwk) => ` ${pem(jwk)}`,
    "PEM in one line": (jwk) => pem(jwk).replaceAll("\n", ""),
    "SPKI in DER": (jwk) => publicKey(jwk).export({ type: "spki", format: "der" }),
    "the whole JWK": (jwk) => JSON.stringify(jwk),
    "its bare JWK": ({ kty, crv, x, y }) => JSON.stringify({ kty, crv, x, y }),
    x: ({ x = "" }) => x,
    y: ({ y = "" }) => y,
    "the bytes of x": ({ x = "" }) => Buffer.from(x, "base64url"),
    "the bytes of y": ({ y = "" }) => Buffer.from(y, "base64url"),
    nothing: () => "",
  }
  const entries = ["256", "384", "512"].flatMap((bits) =>
    Object.entries(spellings).map(([name, secret]): [string, Forgery] => [
      `is HS${bits} keyed by our public key as ${name}`,
      (forger) => {
        const text = signingInput({ ...header(forger), alg: `HS${bits}` }, claims(forger))
        const mac = createHmac(`sha${bits}`, secret(forger.publicJwk)).update(text)
        return `${text}.${mac.digest("base64url")}`
      },
    ]),
  )
  return Object.fromEntries(entries)
}

function ofAnotherAlgorithm(): Record<string, Forgery> {
  const keys = { RS256: rsa, RS512: rsa, PS256: rsa, ES384: otherCurve, EdDSA: edwards, Ed25519: edwards }
  const entries = Object.entries(keys).map(([alg, { privateKey }]): [string, Forgery] => [
    `is signed well as ${alg}, under our key id`,
    (forger) => signed({ ...header(forger), alg }, claims(forger), privateKey),
  ])
  return Object.fromEntries(entries)
}

/** The last character of a signature of 64 bytes has four bits to spare, which some decoders ignore. */
function otherSpellings(): Record<string, Forgery> {
  const entries = Array.from({ length: 15 }, (_, index): [string, Forgery] => [
    `is spelled in another way (${index + 1} of 15)`,
    ({ token }) => {
      const last = alphabet.indexOf(token.slice(-1))
      return token.slice(0, -1) + alphabet[(last & ~15) | ((last + index + 1) & 15)]
    },
  ])
  return Object.fromEntries(entries)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

function withHeader(changes: Record<string, Fields>) {
  const entries = Object.entries(changes).map(([name, change]) => [
    name,
    (forger: Forger, ourKey: KeyObject) => signed({ ...header(forger), ...change }, claims(forger), ourKey),
  ])
  return Object.fromEntries(entries)
}

/** Made anew for each token, because times pass and we may be called anything. */
function withClaims(changes: (ours: string) => Record<string, Fields>) {
  const entries = Object.keys(changes("")).map((name) => [
    name,
    (forger: Forger, ourKey: KeyObject) =>
      reissued(forger, ourKey, changes(String(claims(forger).iss))[name]),
  ])
  return Object.fromEntries(entries)
}

function attackerSigned(forger: Forger, change: Fields): string {
  return signed({ ...header(forger), ...change }, claims(forger), attacker.privateKey)
}

/** Other claims over the signature of the old ones. */
function resaid(forger: Forger, change: Fields): string {
  const payload = base64url(JSON.stringify({ ...claims(forger), ...change }))
  return joined(forger, (head, _payload, signature) => [head, payload, signature])
}

function joined(
  { token }: Forger,
  change: (head: string, payload: string, signature: string) => string[],
): string {
  const [head = "", payload = "", signature = ""] = token.split(".")
  return change(head, payload, signature).join(".")
}

/** RFC 7515 wants r and s side by side; other formats want DER. */
function derSigned(forger: Forger): string {
  const text = signingInput(header(forger), claims(forger))
  return `${text}.${sign("sha256", Buffer.from(text), attacker.privateKey).toString("base64url")}`
}

/** A compact JWS of anything at all, signed as the key can, whatever the header says. */
function signed(head: Fields, payload: Fields | string, key: KeyObject): string {
  const text = signingInput(head, payload)
  const hash = { RS512: "sha512", ES384: "sha384" }[String(head.alg)] ?? "sha256"
  const isEdwards = key.asymmetricKeyType === "ed25519"
  const padding = head.alg === "PS256" && key.asymmetricKeyType === "rsa" ? pss : {}
  const signature = sign(isEdwards ? null : hash, Buffer.from(text), {
    key,
    dsaEncoding: "ieee-p1363",
    ...padding,
  })
  return `${text}.${signature.toString("base64url")}`
}

/** RSASSA-PSS with a salt as long as its hash. */
const pss = { padding: 6, saltLength: 32 }

function signingInput(head: Fields, payload: Fields | string): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload)
  return `${base64url(JSON.stringify(head))}.${base64url(text)}`
}

const expensive = { alg: "PBES2-HS512+A256KW", enc: "A256GCM", p2c: 1_000_000_000, p2s: "c2FsdHNhbHQ" }

/** Five parts, of which only the header and the ciphertext mean anything. */
function jwe(head: Fields, ciphertext = Buffer.alloc(64)): string {
  const filler = Buffer.alloc(40, 1).toString("base64url")
  const [iv, tag] = [Buffer.alloc(12).toString("base64url"), Buffer.alloc(16).toString("base64url")]
  return [base64url(JSON.stringify(head)), filler, iv, ciphertext.toString("base64url"), tag].join(".")
}

async function encrypted({ token, publicJwk }: Forger): Promise<string> {
  const { kty, crv, x, y } = publicJwk
  const key = await importJWK({ kty, crv, x, y } as JWK, "ECDH-ES")
  return new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ: "at+jwt", kid: String(publicJwk.kid) })
    .encrypt(key)
}

/** A megabyte, in a thousand bytes. */
function bomb(): Buffer<ArrayBuffer> {
  return deflateRawSync(Buffer.alloc(1024 * 1024))
}

function attackerJwk(): JWK {
  return attacker.publicKey.export({ format: "jwk" }) as JWK
}

function certificate(): string {
  return createCertificate({ privateKey: attacker.privateKey, jwk: attackerJwk() }).toString("base64")
}

function publicKey(jwk: JWK): KeyObject {
  return createPublicKey({ key: jwk as never, format: "jwk" })
}

function pem(jwk: JWK): string {
  return publicKey(jwk).export({ type: "spki", format: "pem" }).toString()
}

/** Our own private key, from its JWK. */
export function privateKeyOf(jwk: JWK): KeyObject {
  return createPrivateKey({ key: jwk as never, format: "jwk" })
}

function header({ token }: Forger): Fields {
  return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())
}

function claims({ token }: Forger): Fields {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url")
}
