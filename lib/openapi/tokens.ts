import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { refreshTokenPattern } from "../auth/refresh-tokens"
import { introspectSchema, refreshSchema, revokeSchema, tokenSchema } from "../auth/tokens.schema"
import type { ErrorCode } from "../errors"
import { oauthErrors } from "./oauth-errors"
import { everyBody, formOrJsonBody, jsonResponse, problems } from "./responses"
import { anyCaller, noCredential } from "./security"

const scope = () => z.string().describe("With spaces between.")

export const tokensSchema = z
  .object({
    access_token: z.string().describe("A JWT (RFC 9068) for `Authorization: Bearer`."),
    token_type: z.literal("Bearer"),
    expires_in: z.int().positive().describe("Seconds the access token lives."),
    refresh_token: z
      .string()
      .regex(refreshTokenPattern)
      .describe("For one use: each refresh gives the next."),
    scope: scope(),
    organization_id: z.string(),
  })
  .meta({ id: "Tokens" })

const exampleRefreshToken = `rt_${"0".repeat(43)}0aB3xY`
export const exampleTokens = {
  access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: exampleRefreshToken,
  scope: "ai:invoke api_keys:read",
  organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B",
}

const revokedSchema = z.object({ status: z.literal("revoked") }).meta({ id: "RevokedToken" })

const seconds = () => z.int().describe("Seconds since 1970.")
const activeToken = {
  active: z.literal(true),
  iss: z.url(),
  sub: z.string().describe("The person's id."),
  sid: z.string().describe("The sign-in it belongs to."),
  client_id: z.string(),
  organization_id: z.string(),
  exp: seconds(),
  scope: scope(),
}
const accessTokenSchema = z.object({
  ...activeToken,
  token_type: z.literal("Bearer"),
  aud: z.string(),
  jti: z.string(),
  iat: seconds(),
  auth_time: seconds().describe("When the person last proved who they are."),
  amr: z.array(z.string()).describe("How."),
})
const refreshTokenSchema = z.object({ ...activeToken, token_type: z.literal("refresh_token") })
const introspectionSchema = z
  .union([z.object({ active: z.literal(false) }), accessTokenSchema, refreshTokenSchema])
  .meta({ id: "Introspection", description: "RFC 7662 section 2.2." })

const faults: ErrorCode[] = [...everyBody, "rate_limited", "internal", "unavailable"]

const common = { tags: ["Tokens"], security: noCredential }

export const tokenPaths: ZodOpenApiPathsObject = {
  "/api/v1/auth/token": {
    post: {
      ...common,
      operationId: "redeemGrant",
      summary: "Redeem a code or a refresh token (RFC 6749)",
      description: "Browsers may call it from the origins of registered clients.",
      requestBody: formOrJsonBody(tokenSchema, {
        grant_type: "authorization_code",
        client_id: "cli",
        code: "RmlyZXN0YXJ0ZXIgYW5kIHRoZSBvdGhlciB0d2luLiA",
        redirect_uri: "http://127.0.0.1:8765/callback",
        code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      }),
      responses: {
        ...jsonResponse(200, { description: "The tokens.", schema: tokensSchema, example: exampleTokens }),
        ...oauthErrors(
          ["invalid_request", "invalid_grant", "invalid_scope", "unsupported_grant_type"],
          faults,
        ),
      },
    },
  },
  "/api/v1/auth/refresh": {
    post: {
      ...common,
      operationId: "refreshTokens",
      summary: "Replace a refresh token",
      description: `The token endpoint's refresh without its ceremony. Lost the answer? The same token gives the
same successor for a few seconds. Used later, it ends the sign-in: two seem to hold it.`,
      requestBody: formOrJsonBody(refreshSchema, { refresh_token: exampleRefreshToken }),
      responses: {
        ...jsonResponse(200, {
          description: "The tokens that replace it.",
          schema: tokensSchema,
          example: exampleTokens,
        }),
        ...oauthErrors(["invalid_request", "invalid_grant", "invalid_scope"], faults),
      },
    },
  },
  "/api/v1/auth/revoke": {
    post: {
      ...common,
      operationId: "revokeToken",
      summary: "End a sign-in by one of its tokens (RFC 7009)",
      description: "Send `token` or `refresh_token`. All tokens of the sign-in end with it.",
      requestBody: formOrJsonBody(revokeSchema, { token: exampleRefreshToken }),
      responses: {
        ...jsonResponse(200, {
          description: "It is over, or was before; a token nobody knows is answered the same.",
          schema: revokedSchema,
          example: { status: "revoked" },
        }),
        ...oauthErrors(["invalid_request", "invalid_grant"], faults),
      },
    },
  },
  "/api/v1/auth/introspect": {
    post: {
      tags: ["Tokens"],
      security: anyCaller,
      operationId: "introspectToken",
      summary: "Whether a token of the caller's own organization is in force (RFC 7662)",
      requestBody: formOrJsonBody(introspectSchema, { token: exampleRefreshToken }),
      responses: {
        ...jsonResponse(200, {
          description:
            "What it is good for now; `active` alone, and false, for every token that is not in force here.",
          schema: introspectionSchema,
          example: {
            active: true,
            token_type: "refresh_token",
            iss: "https://app.example.com",
            sub: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C",
            sid: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1D",
            client_id: "cli",
            organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B",
            exp: 1_801_000_000,
            scope: "ai:invoke",
          },
        }),
        ...problems(
          "ambiguous_credentials",
          "unauthenticated",
          "insufficient_user_authentication",
          "second_factor_required",
          "address_not_allowed",
          "origin_not_allowed",
          "bad_request",
          "invalid_input",
          ...faults,
        ),
      },
    },
  },
}
