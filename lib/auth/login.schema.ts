import { z } from "zod"
import { camelKeys } from "../case"
import { text } from "../input"
import { providerIds } from "./identity"

// What the two addresses of a sign-in over the API take. Unknown parameters are ignored, as RFC 6749 section 3.1
// demands.

export const providerParamsSchema = z.object({
  provider: z.enum(providerIds).describe("Who vouches for the person."),
})

export const loginQuerySchema = z
  .object({
    client_id: text(100).optional().describe("A registered client. Needs `redirect_uri` and PKCE."),
    redirect_uri: text(500)
      .optional()
      .describe("Where the code goes: one of the client's, to the character."),
    response_type: text(50).optional().describe("`code`, which is also meant when it is left out."),
    code_challenge: text(200).optional().describe("The SHA-256 of the code verifier, in base64url."),
    code_challenge_method: text(50).optional().describe("`S256`."),
    state: text(2000).optional().describe("Comes back to the redirect URI as it is."),
    max_age: z
      .string()
      .regex(/^\d{1,8}$/, "must be a whole number of seconds")
      .transform(Number)
      .optional()
      .describe("How many seconds ago the person may have proved who they are (RFC 9470)."),
    scope: text(1000)
      .optional()
      .describe("A list with spaces. Left out: everything the person's role allows."),
  })
  .transform(camelKeys)
export type LoginQuery = z.output<typeof loginQuerySchema>

/** What the provider adds of its own is left alone. */
export const callbackQuerySchema = z.looseObject({
  state: text(200).optional().describe("Which sign-in the answer belongs to."),
  error: text(5000).optional().describe("Why the provider vouches for nobody."),
})
