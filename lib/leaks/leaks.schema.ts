import { z } from "zod"
import { TOKEN_LENGTH_MAX, text } from "../input"

// The input of the endpoints that are told of leaked credentials.

const CREDENTIALS_MAX = 500
const MATCHES_MAX = 10_000

const credential = text(TOKEN_LENGTH_MAX).trim().min(1, "is required")

export const revokeCredentialsSchema = z
  .strictObject({
    credential: credential.optional().describe("An API key or a refresh token."),
    credentials: z
      .array(credential, "must be a list of texts")
      .min(1, "must have at least one")
      .max(CREDENTIALS_MAX, `must be at most ${CREDENTIALS_MAX}`)
      .optional()
      .describe("Several of them."),
  })
  .refine((input) => (input.credential === undefined) !== (input.credentials === undefined), {
    path: ["credential"],
    error: "is required, or credentials, and not both",
  })
  .transform(({ credential, credentials = [] }) => ({
    credentials: credential === undefined ? credentials : [credential],
  }))

/** A report of GitHub's secret scanning: more fields may come, and are not needed. */
export const secretScanningReportSchema = z
  .array(
    z.object({
      token: text(TOKEN_LENGTH_MAX),
      type: text(200),
      url: text(8192).nullish(),
      source: text(200).nullish(),
    }),
    "must be a list of matches",
  )
  .max(MATCHES_MAX, `must be at most ${MATCHES_MAX} matches`)
export type SecretScanningMatch = z.output<typeof secretScanningReportSchema>[number]
