import { createHash, randomBytes } from "node:crypto"
import { minutes } from "../../lib/duration"
import type { Account } from "./accounts"

/** What a person let the app do. */
export interface Grant {
  account: Account
  scope: string[]
}

interface CodeGrant extends Grant {
  redirectUri: string
  codeChallenge: string
}

const CODE_TTL = minutes(10)

/** Codes and access tokens, in memory: a restart forgets them all. */
export class Grants {
  #codes = new Map<string, CodeGrant & { expiresAt: number }>()
  #tokens = new Map<string, Grant>()

  createCode(grant: CodeGrant): string {
    const code = randomBytes(10).toString("hex")
    this.#codes.set(code, { ...grant, expiresAt: Date.now() + CODE_TTL })
    return code
  }

  /** Spends the code, whatever comes of it. Null for one that is unknown, spent, expired or not of this verifier. */
  consumeCode(code: string, verifier: string): CodeGrant | null {
    const grant = this.#codes.get(code)
    this.#codes.delete(code)
    if (!grant || grant.expiresAt < Date.now()) return null
    return grant.codeChallenge === createHash("sha256").update(verifier).digest("base64url") ? grant : null
  }

  createToken({ account, scope }: Grant): string {
    const token = `gho_${randomBytes(18).toString("hex")}`
    this.#tokens.set(token, { account, scope })
    return token
  }

  getByToken(token: string): Grant | undefined {
    return this.#tokens.get(token)
  }
}
