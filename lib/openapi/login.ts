import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { callbackQuerySchema, loginQuerySchema, providerParamsSchema } from "../auth/login.schema"
import { oauthErrors } from "./oauth-errors"
import { jsonResponse, redirectResponse } from "./responses"
import { noCredential } from "./security"
import { exampleTokens, tokensSchema } from "./tokens"

const startedSchema = z
  .object({
    redirect_url: z.url().describe("The provider's page, for the browser that asked."),
    expires_in: z.int().positive().describe("Seconds in which the person must be back."),
  })
  .meta({ id: "StartedLogin" })

const flowCookie = z
  .string()
  .meta({ header: { description: "Ties the sign-in to this browser, which alone can finish it." } })

const common = { tags: ["Sign-in"], security: noCredential }

export const loginPaths: ZodOpenApiPathsObject = {
  "/api/v1/auth/{provider}/login": {
    get: {
      ...common,
      operationId: "startLogin",
      summary: "Begin a sign-in",
      description: `For a browser to visit. A registered client sends \`client_id\`, \`redirect_uri\`,
\`code_challenge\` and \`code_challenge_method=S256\`, best a \`state\` too, and gets a code at its redirect URI.
Without them the callback itself answers with tokens. \`scope\` is a list with spaces; left out, it means
everything the person's role allows.`,
      requestParams: { path: providerParamsSchema, query: loginQuerySchema },
      responses: {
        ...jsonResponse(200, {
          description: "With `Accept: application/json`: where the browser should go.",
          schema: startedSchema,
          example: { redirect_url: "https://accounts.google.com/o/oauth2/v2/auth?state=…", expires_in: 900 },
          headers: { "Set-Cookie": flowCookie },
        }),
        ...redirectResponse(302, {
          description: "To the provider.",
          headers: { "Set-Cookie": flowCookie },
        }),
        ...oauthErrors(
          ["invalid_request", "invalid_client", "invalid_scope"],
          ["origin_not_allowed", "not_found", "rate_limited", "internal", "unavailable"],
        ),
      },
    },
  },
  "/api/v1/auth/{provider}/callback": {
    get: {
      ...common,
      operationId: "finishLogin",
      summary: "Where the provider sends the browser back to",
      description: "The provider's parameters are handed on to its own check.",
      requestParams: { path: providerParamsSchema, query: callbackQuerySchema },
      responses: {
        ...jsonResponse(200, {
          description: "The tokens of a sign-in that was begun without a client.",
          schema: tokensSchema,
          example: exampleTokens,
        }),
        ...redirectResponse(303, {
          description:
            "To the client, with `code` or `error`, its `state` and `iss` (RFC 9207); for a browser whose sign-in is not known here, to a page that explains; for a person who has a second factor, to the page that takes it.",
        }),
        ...oauthErrors(
          ["invalid_request", "access_denied", "interaction_required"],
          ["origin_not_allowed", "not_found", "rate_limited", "internal", "unavailable"],
        ),
      },
    },
  },
}
