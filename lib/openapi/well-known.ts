import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { jsonResponse, problems } from "./responses"
import { noCredential } from "./security"

const texts = () => z.array(z.string())

const jwksSchema = z
  .object({
    keys: z.array(
      z.object({
        kid: z.string(),
        kty: z.string(),
        alg: z.string(),
        use: z.literal("sig"),
        crv: z.string(),
        x: z.string(),
        y: z.string(),
      }),
    ),
  })
  .meta({ id: "KeySet", description: "RFC 7517." })

const authorizationServerSchema = z
  .object({
    issuer: z.url(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    revocation_endpoint: z.url(),
    introspection_endpoint: z.url(),
    jwks_uri: z.url(),
    scopes_supported: texts(),
    response_types_supported: texts(),
    response_modes_supported: texts(),
    grant_types_supported: texts(),
    code_challenge_methods_supported: texts(),
    token_endpoint_auth_methods_supported: texts(),
    revocation_endpoint_auth_methods_supported: texts(),
    introspection_endpoint_auth_methods_supported: texts(),
    authorization_response_iss_parameter_supported: z.boolean(),
    service_documentation: z.url(),
  })
  .meta({ id: "AuthorizationServer", description: "RFC 8414 section 2." })

const protectedResourceSchema = z
  .object({
    resource: z.url(),
    resource_name: z.string(),
    authorization_servers: z.array(z.url()),
    jwks_uri: z.url(),
    scopes_supported: texts(),
    bearer_methods_supported: texts(),
    resource_documentation: z.url(),
  })
  .meta({ id: "ProtectedResource", description: "RFC 9728 section 2." })

const common = { tags: ["Discovery"], security: noCredential }

export const wellKnownPaths: ZodOpenApiPathsObject = {
  "/.well-known/jwks.json": {
    get: {
      ...common,
      operationId: "listSigningKeys",
      summary: "The public keys of access tokens",
      description:
        "A key is published before it signs and until its last token has expired. Keep the set no longer than `Cache-Control` says.",
      responses: {
        ...jsonResponse(200, { description: "The keys.", schema: jwksSchema }),
        ...problems("internal", "unavailable"),
      },
    },
  },
  "/.well-known/oauth-authorization-server": {
    get: {
      ...common,
      operationId: "getAuthorizationServer",
      summary: "How programs sign people in",
      responses: jsonResponse(200, { description: "The metadata.", schema: authorizationServerSchema }),
    },
  },
  "/.well-known/oauth-protected-resource": {
    get: {
      ...common,
      operationId: "getProtectedResource",
      summary: "Which tokens this API takes",
      responses: jsonResponse(200, { description: "The metadata.", schema: protectedResourceSchema }),
    },
  },
}
