import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { EXAMPLE_API_KEY } from "../api-keys/offline-validators"
import { revokeCredentialsSchema, secretScanningReportSchema } from "../leaks/leaks.schema"
import { withBody } from "./api-key-schemas"
import { jsonBody, jsonResponse, problems } from "./responses"
import { noCredential } from "./security"

const common = { tags: ["Leaked credentials"], security: noCredential }

const feedbackSchema = z
  .array(
    z.object({
      token_hash: z.string().describe("SHA-256 of the match, in hex."),
      token_type: z.string(),
      label: z.enum(["true_positive", "false_positive"]),
    }),
  )
  .meta({ id: "SecretScanningFeedback" })

export const leakPaths: ZodOpenApiPathsObject = {
  "/api/v1/credentials/revoke": {
    post: {
      ...common,
      operationId: "revokeCredentials",
      summary: "End a credential that is in the wrong hands",
      description:
        "For whoever holds it: no other credential is needed. API keys and refresh tokens, one or up to 500. The answer says nothing of whether anybody knows them.",
      requestBody: jsonBody(revokeCredentialsSchema, { credential: EXAMPLE_API_KEY }),
      responses: {
        ...jsonResponse(200, {
          description: "None of them works any more.",
          schema: z.object({ status: z.literal("revoked") }).meta({ id: "RevokedCredentials" }),
          example: { status: "revoked" },
        }),
        ...problems(...withBody, "rate_limited", "internal", "unavailable"),
      },
    },
  },
  "/api/v1/secret-scanning/github": {
    post: {
      ...common,
      operationId: "reportSecrets",
      summary: "For GitHub's secret scanning: keys that were found in public",
      description:
        "The body is signed by a key that GitHub publishes (ECDSA with P-256 and SHA-256). Each key of ours in it is revoked. Up to 10,000 matches, 1 MB.",
      requestParams: {
        header: z.object({
          "Github-Public-Key-Identifier": z.string(),
          "Github-Public-Key-Signature": z.string().describe("Base64 of the DER signature."),
        }),
      },
      requestBody: {
        required: true,
        content: { "application/json": { schema: secretScanningReportSchema } },
      },
      responses: {
        ...jsonResponse(200, {
          description: "Of each match, whether it was one of our keys.",
          schema: feedbackSchema,
          example: [{ token_hash: "0".repeat(64), token_type: "latchkey_api_key", label: "true_positive" }],
        }),
        ...problems(
          "bad_request",
          "invalid_input",
          "unauthenticated",
          "rate_limited",
          "request_timeout",
          "payload_too_large",
          "internal",
          "unavailable",
        ),
      },
    },
  },
}
