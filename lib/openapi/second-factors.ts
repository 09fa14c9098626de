import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { SecondFactorMethod } from "@/prisma/generated/enums"
import { heldLoginSchema, stepUpSchema } from "../auth/second-factor.schema"
import { everyBody, jsonBody, jsonResponse, problems } from "./responses"
import { noCredential } from "./security"
import { exampleTokens, tokensSchema } from "./tokens"

const steppedUpSchema = z
  .object({
    method: z.enum(SecondFactorMethod),
    expires_at: z.iso.datetime().describe("Until when sensitive operations are open to this sign-in."),
  })
  .meta({ id: "SteppedUp" })

const redirectSchema = z
  .object({ redirect_url: z.string().describe("Where the program awaits its code: send the browser there.") })
  .meta({ id: "HeldLoginRedirect" })

const common = { tags: ["Second factors"] }

export const secondFactorPaths: ZodOpenApiPathsObject = {
  "/api/v1/auth/step-up": {
    post: {
      ...common,
      security: [{ accessToken: [] }, { oauth2: [] }, { sessionCookie: [] }],
      operationId: "stepUp",
      summary: "Give a second factor, for sensitive operations (RFC 9470)",
      description: `Opens, for a while and for this sign-in alone, what answers \`step_up_required\` or
\`insufficient_user_authentication\`. Refreshing does not prolong it. A browser gets a new session cookie with the
answer. Also what a sign-in needs that answers \`second_factor_required\`.`,
      requestBody: jsonBody(stepUpSchema, { code: "123456" }),
      responses: {
        ...jsonResponse(200, {
          description: "The sign-in is stepped up.",
          schema: steppedUpSchema,
          example: { method: "totp", expires_at: "2026-02-01T09:10:00.000Z" },
        }),
        ...problems(
          "ambiguous_credentials",
          "unauthenticated",
          "forbidden",
          "address_not_allowed",
          "origin_not_allowed",
          "bad_request",
          "invalid_input",
          "second_factor_refused",
          "rate_limited",
          ...everyBody,
          "internal",
          "unavailable",
        ),
      },
    },
  },
  "/api/v1/auth/second-factor": {
    post: {
      ...common,
      security: noCredential,
      operationId: "finishHeldLogin",
      summary: "Give a second factor to a sign-in that was begun in this browser",
      description: `For the sign-in of a program whose callback led to the page for second factors, or answered
\`interaction_required\`. Works only with the cookie of the browser that began it, and never from a page of another site.`,
      requestBody: jsonBody(heldLoginSchema, { state: "a".repeat(43), code: "123456" }),
      responses: {
        ...jsonResponse(200, {
          description: "Where to go on; for a sign-in without a client, its tokens.",
          schema: z.union([redirectSchema, tokensSchema]),
          example: exampleTokens,
        }),
        ...problems(
          "origin_not_allowed",
          "bad_request",
          "invalid_input",
          "second_factor_refused",
          "conflict",
          "rate_limited",
          ...everyBody,
          "internal",
          "unavailable",
        ),
      },
    },
  },
}
