import type { oas31 } from "zod-openapi"
import { authCookies } from "../auth/cookies"

/** The ways to say who is calling. Another credential beside an API key is refused or, for the cookie, ignored. */
export function securitySchemes(): Record<string, oas31.SecuritySchemeObject> {
  return {
    bearerApiKey: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "sk_<organization id>_<secret>",
      description: "An API key in `Authorization: Bearer`.",
    },
    headerApiKey: {
      type: "apiKey",
      in: "header",
      name: "X-API-Key",
      description: "The same key where `Authorization` is taken. Both at once are refused.",
    },
    sessionCookie: {
      type: "apiKey",
      in: "cookie",
      name: authCookies().sessionToken.name,
      description:
        "The session of a signed-in person, for the app's own pages only: every method but GET needs the app's own `Origin`, or `Sec-Fetch-Site: same-origin`.",
    },
  }
}

export const anyCaller: oas31.SecurityRequirementObject[] = [
  { bearerApiKey: [] },
  { headerApiKey: [] },
  { sessionCookie: [] },
]

/** What a key can never do, whatever its scopes. */
export const personOnly: oas31.SecurityRequirementObject[] = [{ sessionCookie: [] }]

export const noCredential: oas31.SecurityRequirementObject[] = []
