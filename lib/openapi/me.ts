import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { Role } from "@/prisma/generated/enums"
import { everyCall, jsonResponse, problems } from "./responses"
import { anyCaller } from "./security"

const organization = z.object({ id: z.string(), name: z.string() })
const scopes = z
  .array(z.string())
  .describe("Every permission the caller has now, within the scope of an access token.")

const userSchema = z
  .object({
    type: z.literal("user"),
    user: z.object({
      id: z.string(),
      name: z.string().nullable(),
      email: z.string(),
      image: z.string().nullable(),
    }),
    organization,
    role: z.enum(Role),
    scopes,
    session_id: z.string(),
  })
  .meta({ id: "UserCaller" })

const apiKeySchema = z
  .object({ type: z.literal("api_key"), organization, scopes, key_id: z.string() })
  .meta({ id: "ApiKeyCaller" })

export const mePaths: ZodOpenApiPathsObject = {
  "/api/v1/me": {
    get: {
      tags: ["Caller"],
      security: anyCaller,
      operationId: "getMe",
      summary: "Who is calling",
      responses: {
        ...jsonResponse(200, {
          description: "The person, by session or access token, or the key.",
          schema: z.discriminatedUnion("type", [userSchema, apiKeySchema]),
          example: {
            type: "api_key",
            organization: { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", name: "Analytical Engines" },
            scopes: ["ai:invoke"],
            key_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1E",
          },
        }),
        ...problems(...everyCall.filter((code) => code !== "forbidden")),
      },
    },
  },
}
