import type { oas31 } from "zod-openapi"
import { authCookies } from "../auth/cookies"
import { authorizationServerMetadata } from "../auth/metadata"
import { type Permission, permissions } from "../auth/permissions"

/** The ways to say who is calling. A second credential in the headers is refused; a cookie beside one is ignored. */
export function securitySchemes(): Record<string, oas31.SecuritySchemeObject> {
  return {
    accessToken: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "An access token in `Authorization: Bearer`: a person, in a program they signed in to.",
    },
    oauth2: {
      type: "oauth2",
      description:
        "How a program gets that access token. PKCE with S256 is required; clients have no secret.",
      flows: { authorizationCode: authorizationCodeFlow() },
    },
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

function authorizationCodeFlow() {
  const { authorization_endpoint, token_endpoint } = authorizationServerMetadata()
  const scopes = permissions.map((name) => [name, `\`${name}\`, while the person's role holds it.`])
  return {
    authorizationUrl: authorization_endpoint,
    tokenUrl: token_endpoint,
    refreshUrl: token_endpoint,
    scopes: Object.fromEntries(scopes),
  }
}

export const anyCaller: oas31.SecurityRequirementObject[] = [
  { accessToken: [] },
  { oauth2: [] },
  { bearerApiKey: [] },
  { headerApiKey: [] },
  { sessionCookie: [] },
]

/** What a key can never do, whatever its scopes; an access token needs the scope. */
export function personOnly(scope: Permission): oas31.SecurityRequirementObject[] {
  return [{ accessToken: [] }, { oauth2: [scope] }, { sessionCookie: [] }]
}

/** What a person and a key may do alike, given the scope. */
export function withScope(scope: Permission): oas31.SecurityRequirementObject[] {
  return [...personOnly(scope), { bearerApiKey: [] }, { headerApiKey: [] }]
}

export const noCredential: oas31.SecurityRequirementObject[] = []
