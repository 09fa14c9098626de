import { readFileSync } from "node:fs"
import path from "node:path"
import { AppError } from "../errors"
import { PRODUCT_NAME } from "../product"
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "./password.schema"

// What a password may be (ASVS 5.0 6.2, NIST SP 800-63B-4 section 3.1.1.2): long, and none that attackers try first.
// No rule asks for digits or signs, and none expires.

/** Words that a guess at this site begins with. */
const SITE_WORDS = [...nameWords(PRODUCT_NAME), "password", "passwort"]
const DISTINCT_CHARACTERS_MIN = 5
/** What must be left of it without the words that anybody who knows the person would try. */
const REMAINDER_LENGTH_MIN = 8
/** Shorter ones stand in too many other words. */
const CONTEXT_WORD_LENGTH_MIN = 4

/** Whose password it is, as far as they have said. */
type Person = { email: string; name?: string | null | undefined }

/** Throws invalid_input with what is wrong with a new password. */
export function requireGoodPassword(password: string, person: Person): void {
  const message = passwordFault(password, person)
  if (message)
    throw new AppError("invalid_input", `The password ${message}.`, {
      faults: [{ path: "password", message }],
    })
}

/** What is wrong with a new password, as the end of a sentence; null for a good one. */
export function passwordFault(password: string, { email, name }: Person): string | null {
  const { length } = [...password]
  if (length < PASSWORD_LENGTH_MIN) return `must have at least ${PASSWORD_LENGTH_MIN} characters`
  if (length > PASSWORD_LENGTH_MAX) return `must have at most ${PASSWORD_LENGTH_MAX} characters`
  const folded = password.toLowerCase()
  if (commonPasswords().has(folded)) return "is one of the first that attackers try"
  if (new Set(folded).size < DISTINCT_CHARACTERS_MIN) return "repeats the same few characters"
  const words = [...SITE_WORDS, ...email.toLowerCase().split(/[^\p{L}\p{N}]+/u), ...nameWords(name)]
  return isMadeOf(folded, words) ? "is little more than your name, your e-mail address or our name" : null
}

function nameWords(name: string | null | undefined): string[] {
  return (name ?? "").toLowerCase().split(/\s+/)
}

function isMadeOf(password: string, words: readonly string[]): boolean {
  const telling = words.filter(({ length }) => length >= CONTEXT_WORD_LENGTH_MIN)
  const remainder = telling.reduce((rest, word) => rest.replaceAll(word, ""), password)
  return remainder !== password && [...remainder].length < REMAINDER_LENGTH_MIN
}

let common: Set<string> | undefined

/**
 * The 43,940 passwords that are long enough here among the million most common ones in leaks (SecLists,
 * 10-million-password-list-top-1000000), in small letters. Read at first use.
 */
function commonPasswords(): Set<string> {
  common ??= new Set(readFileSync(path.resolve("lib/passwords/common-passwords.txt"), "utf8").split("\n"))
  return common
}
