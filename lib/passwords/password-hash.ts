import { hash, verify } from "@node-rs/argon2"
import { generateOpaqueToken } from "../auth/opaque-token"

// Argon2id with the parameters that OWASP asks for: 19 MiB, two passes, one lane. That is 12 ms of one core, beside the
// event loop; the limits of sign-in come before it.

/** What is stored of a password. */
export function hashPassword(password: string): Promise<string> {
  return hash(composed(password))
}

/** Whether the password is the one of this hash. Without a hash it is not, and costs the same time. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? (await nobodysHash()), composed(password))
  return isRight && stored !== null
}

/** The same characters from every keyboard (NIST SP 800-63B-4 section 3.1.1.2); nothing else is changed. */
function composed(password: string): string {
  return password.normalize("NFC")
}

let nobodys: Promise<string> | undefined

function nobodysHash(): Promise<string> {
  nobodys ??= hash(generateOpaqueToken())
  return nobodys
}
