import { z } from "zod"

// Pieces of the input schemas. Safe for the browser.

/** Longer than any token or key of ours, and than those of others that may be sent in their place. */
export const TOKEN_LENGTH_MAX = 8 * 1024

/** The id of a row. */
export function id() {
  return z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, "is not an id")
}

/** Text from a program, bounded and otherwise as it is. */
export function text(lengthMax: number) {
  return z
    .string({ error: ({ input }) => (input === undefined ? "is required" : "must be text") })
    .max(lengthMax, `must have at most ${lengthMax} characters`)
}

/** One line of text a person typed: trimmed, bounded, without control or direction-changing characters. */
export function line(lengthMax: number) {
  return z
    .string("must be text")
    .trim()
    .min(1, "is required")
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, "must be plain text on one line")
    .regex(/[^\s\p{Default_Ignorable_Code_Point}]/u, "must have a visible character")
}
