import { z } from "zod"
import { camelKeys } from "../case"
import { TOKEN_LENGTH_MAX, text } from "../input"

// What the token endpoints take. Unknown parameters are ignored, as RFC 6749 section 3.2 demands.

const token = () => text(TOKEN_LENGTH_MAX)
const clientId = () => text(100).optional()
const scope = () => text(1000).optional()

export const tokenSchema = z
  .object({
    grant_type: text(100).describe("`authorization_code` or `refresh_token`."),
    client_id: clientId().describe("The client the grant was made to. Required."),
    code: text(200).optional().describe("With `authorization_code`."),
    redirect_uri: text(500).optional().describe("With `authorization_code`: the one the code was sent to."),
    code_verifier: text(200)
      .optional()
      .describe("With `authorization_code`: what the challenge was made of."),
    refresh_token: token().optional().describe("With `refresh_token`."),
    scope: scope().describe("With `refresh_token`: a part of the scope granted. It cannot be widened again."),
  })
  .transform(camelKeys)
export type TokenInput = z.output<typeof tokenSchema>

export const refreshSchema = z
  .object({ refresh_token: token(), client_id: clientId(), scope: scope() })
  .transform(camelKeys)

export const revokeSchema = z
  .object({
    refresh_token: token().optional(),
    token: token().optional().describe("The same under its name in RFC 7009; an access token will do too."),
    token_type_hint: text(100).optional().describe("Taken and not needed."),
    client_id: clientId(),
  })
  .refine((input) => (input.token === undefined) !== (input.refresh_token === undefined), {
    path: ["token"],
    error: "is required, or refresh_token, and not both",
  })
  .transform(({ token, refresh_token, client_id }) => ({
    token: token ?? refresh_token ?? "",
    ...(client_id === undefined ? {} : { clientId: client_id }),
  }))

export const introspectSchema = z.object({ token: token(), token_type_hint: text(100).optional() })
