import { z } from "zod"
import { line, text } from "../input"

// Pieces of the forms with passwords. Safe for the browser.

export const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 128

/** An address as typed; lib/auth/email.ts makes it the one that is stored. */
const email = () =>
  z.string("is required").trim().min(1, "is required").max(254, "is too long for an address")

/** One that is stored or given: as typed, whatever is in it. Longer ones are refused before anything is computed. */
const password = () => z.string("is required").max(4 * PASSWORD_LENGTH_MAX, "is too long")

const token = () => text(100)

export const passwordSignInSchema = z.strictObject({
  email: email(),
  password: password(),
  next: text(2000).optional(),
})

export const emailSchema = z.strictObject({ email: email() })

export const signUpSchema = z.strictObject({
  token: token(),
  name: line(100).optional(),
  password: password(),
})

export const passwordResetSchema = z.strictObject({ token: token(), password: password() })

export const passwordAgainSchema = z.strictObject({ password: password() })

export const setPasswordSchema = z.strictObject({
  password: password(),
  current_password: password().optional(),
})
