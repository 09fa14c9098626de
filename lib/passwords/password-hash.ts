import { argon2Hash, argon2Verify } from "../argon2"
import { generateOpaqueToken } from "../auth/opaque-token"

// Passwords are stored as Argon2id; the limits of sign-in come before it. Both throw unavailable like argon2.ts.

/** What is stored of a password. */
export function hashPassword(password: string): Promise<string> {
  return argon2Hash(composed(password))
}

/** Whether the password is the one of this hash. Without a hash it is not, and costs the same time. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const isRight = await argon2Verify(stored ?? (await nobodysHash()), composed(password))
  return isRight && stored !== null
}

/** The same characters from every keyboard (NIST SP 800-63B-4 section 3.1.1.2); nothing else is changed. */
function composed(password: string): string {
  return password.normalize("NFC")
}

let nobodys: Promise<string> | undefined

function nobodysHash(): Promise<string> {
  nobodys ??= argon2Hash(generateOpaqueToken()).catch((error: unknown) => {
    // The next one tries again.
    nobodys = undefined
    throw error
  })
  return nobodys
}
