import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server"
import { env } from "../env"

// An authenticator and its browser in software (WebAuthn level 3): one ES256 key, attestation "none". It signs
// whatever a test wants to see refused.

/** What an answer says where it must not be the truth. */
export type Answer = {
  challenge?: string
  origin?: string
  rpId?: string
  type?: string
  crossOrigin?: boolean
  userPresent?: boolean
  userVerified?: boolean
  counter?: number
  credentialId?: string
  /** Null: the authenticator does not say. */
  userHandle?: string | null
  /** Signs in the key's place. */
  signer?: Authenticator
}

export class Authenticator {
  readonly credentialId = randomBytes(32).toString("base64url")
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" })
  #userHandle: string | null

  /** `userHandle` of a key that is made without create(). */
  constructor({ userId = null }: { userId?: string | null } = {}) {
    this.#userHandle = userId && base64url(userId)
  }

  /** What navigator.credentials.create() answers. */
  create(options: PublicKeyCredentialCreationOptionsJSON, answer: Answer = {}): RegistrationResponseJSON {
    this.#userHandle = options.user.id
    const authData = authenticatorData({ counter: 0, ...answer }, this.#attested())
    const attestationObject = cbor(
      new Map<string, Cbor>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authData],
      ]),
    )
    const response = {
      clientDataJSON: clientData({ type: "webauthn.create", challenge: options.challenge, ...answer }),
      attestationObject: base64url(attestationObject),
      transports: ["internal" as const],
    }
    return { ...this.#credential(answer), response }
  }

  /** What navigator.credentials.get() answers. */
  get(options: PublicKeyCredentialRequestOptionsJSON, answer: Answer = {}): AuthenticationResponseJSON {
    const { signer = this, userHandle = this.#userHandle } = answer
    const authData = authenticatorData({ counter: 0, ...answer })
    const clientDataJSON = clientData({ type: "webauthn.get", challenge: options.challenge, ...answer })
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, "base64url"))])
    const response = {
      clientDataJSON,
      authenticatorData: base64url(authData),
      signature: base64url(sign("sha256", signed, signer.#keys.privateKey)),
      ...(userHandle === null ? {} : { userHandle }),
    }
    return { ...this.#credential(answer), response }
  }

  /** As it is stored (RFC 9052 section 7). */
  get publicKey(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(coseKey(this.#keys.publicKey))
  }

  #credential({ credentialId: id = this.credentialId }: Answer) {
    return { id, rawId: id, type: "public-key" as const, clientExtensionResults: {} }
  }

  #attested(): Buffer {
    const id = Buffer.from(this.credentialId, "base64url")
    const [aaguid, length] = [Buffer.alloc(16), Buffer.from([id.length >> 8, id.length & 0xff])]
    return Buffer.concat([aaguid, length, id, this.publicKey])
  }
}

function clientData({ type, challenge, origin = env().APP_URL, crossOrigin = false }: Answer): string {
  return base64url(JSON.stringify({ type, challenge, origin, crossOrigin }))
}

const flags = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 }

function authenticatorData(answer: Answer & { counter: number }, attested?: Buffer): Buffer {
  const { rpId = new URL(env().APP_URL).hostname, userPresent = true, userVerified = true } = answer
  const head = Buffer.alloc(37)
  sha256(Buffer.from(rpId)).copy(head)
  head[32] =
    (userPresent ? flags.userPresent : 0) |
    (userVerified ? flags.userVerified : 0) |
    (attested ? flags.attested : 0)
  head.writeUInt32BE(answer.counter, 33)
  return attested ? Buffer.concat([head, attested]) : head
}

function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" })
  return cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]),
  )
}

type Cbor = number | string | Buffer | Map<string, Cbor> | Map<number, Cbor>

/** As much of RFC 8949 as the above needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === "string")
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value])
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])
  return Buffer.concat([cborHead(5, value.size), ...entries])
}

function cborHead(majorType: number, count: number): Buffer {
  const type = majorType << 5
  if (count < 24) return Buffer.from([type | count])
  return count < 256 ? Buffer.from([type | 24, count]) : Buffer.from([type | 25, count >> 8, count & 0xff])
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest()
}

function base64url(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString("base64url")
}
