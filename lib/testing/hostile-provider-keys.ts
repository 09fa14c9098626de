import { createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign } from "node:crypto"
import { CompactSign, exportJWK, generateKeyPair, type JWK } from "jose"

export type Claims = Record<string, unknown>

/** How an ID token is signed: well, or in one of the ways a relying party must notice. */
export type Signature = "good" | "wrong_key" | "none" | "hs256_secret" | "hs256_public_key" | "es256"

interface SigningKey {
  privateKey: KeyObject
  /** The public half, as a key set publishes it. */
  jwk: JWK
}

export interface KeyRing {
  current: SigningKey
  spare: SigningKey
  elliptic: SigningKey
  /** Published by the canary server only. */
  attacker: SigningKey
}

export async function createKeyRing(): Promise<KeyRing> {
  const [current, spare, elliptic, attacker] = await Promise.all([
    createSigningKey(),
    createSigningKey(),
    createSigningKey("ES256"),
    createSigningKey(),
  ])
  return { current, spare, elliptic, attacker }
}

export async function createSigningKey(alg: "RS256" | "ES256" = "RS256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg, use: "sig", kid: randomUUID() }
  return { privateKey: createPrivateKey({ key: await exportJWK(privateKey), format: "jwk" }), jwk }
}

/** A compact JWS of anything at all: no claim or header is checked, added or refused. */
export async function signAnything(
  claims: Claims,
  header: Claims,
  { signature, keys, clientSecret }: { signature: Signature; keys: KeyRing; clientSecret: string },
): Promise<string> {
  const { alg, key } = signingMaterial(signature, keys, clientSecret)
  const merged = { alg, ...header }
  if (!key) return `${encode(merged)}.${encode(claims)}.`
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(merged)
    .sign(key, { crit: { evil: true } })
}

function signingMaterial(signature: Signature, keys: KeyRing, clientSecret: string) {
  switch (signature) {
    case "good":
      return { alg: "RS256", key: keys.current.privateKey }
    case "wrong_key":
      return { alg: "RS256", key: keys.attacker.privateKey }
    case "es256":
      return { alg: "ES256", key: keys.elliptic.privateKey }
    case "hs256_secret":
      return { alg: "HS256", key: Buffer.from(clientSecret) }
    case "hs256_public_key":
      return { alg: "HS256", key: Buffer.from(publicPem(keys.current)) }
    case "none":
      return { alg: "none", key: null }
  }
}

function publicPem({ privateKey }: SigningKey): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString()
}

function encode(value: Claims): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}

/** A self-signed X.509 certificate (DER): what an attacker would put into an x5c or x5u header. */
export function createCertificate({ privateKey }: SigningKey): Buffer {
  const sha256WithRsa = der(0x30, Buffer.from("06092a864886f70d01010b0500", "hex"))
  const commonName = der(0x30, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("evil")))
  const name = der(0x30, der(0x31, commonName))
  const validity = der(0x30, der(0x17, Buffer.from("250101000000Z")), der(0x17, Buffer.from("450101000000Z")))
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" })
  const body = der(0x30, der(0x02, Buffer.from([1])), sha256WithRsa, name, validity, name, publicKey)
  return der(0x30, body, sha256WithRsa, der(0x03, Buffer.from([0]), sign("sha256", body, privateKey)))
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
