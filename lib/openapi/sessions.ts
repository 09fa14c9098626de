import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { SessionEndReason } from "@/prisma/generated/enums"
import { sessionIdSchema } from "../auth/sessions.schema"
import { pageSchema } from "../page"
import { everyCall, jsonResponse, pageOf, problems, time } from "./responses"
import { personOnly } from "./security"

const sessionSchema = z
  .object({
    id: z.string(),
    client: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe("The program that holds it; null for a browser."),
    status: z.enum(["active", "ended"]),
    current: z.boolean().describe("Whether it is the one that asks."),
    device: z.string().describe("What it says of itself, in words. Anybody may claim anything there."),
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    created_at: time(),
    last_seen_at: time(),
    expires_at: time(),
    ended_at: time().nullable(),
    end_reason: z.enum([...Object.values(SessionEndReason), "expired", "idle"]).nullable(),
  })
  .meta({ id: "Session", description: "A sign-in, of a browser or a program." })

const sessionPageSchema = pageOf(sessionSchema).meta({ id: "SessionPage" })

const exampleSession = {
  id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1D",
  client: { id: "cli", name: "Command line" },
  status: "active",
  current: false,
  device: "curl",
  ip_address: "203.0.113.7",
  user_agent: "curl/8.7.1",
  created_at: "2026-01-31T09:00:00.000Z",
  last_seen_at: "2026-02-01T08:00:00.000Z",
  expires_at: "2026-03-02T09:00:00.000Z",
  ended_at: null,
  end_reason: null,
}

const common = { tags: ["Sessions"] }

export const sessionPaths: ZodOpenApiPathsObject = {
  "/api/v1/sessions": {
    get: {
      ...common,
      security: personOnly("sessions:read"),
      operationId: "listSessions",
      summary: "The person's own sign-ins, newest first, ended ones too",
      requestParams: { query: pageSchema },
      responses: {
        ...jsonResponse(200, {
          description: "One page.",
          schema: sessionPageSchema,
          example: { data: [exampleSession], has_more: false, next_cursor: null },
        }),
        ...problems(...everyCall, "invalid_input"),
      },
    },
  },
  "/api/v1/sessions/{id}": {
    delete: {
      ...common,
      security: personOnly("sessions:write"),
      operationId: "revokeSession",
      summary: "End one of them, with every token of it",
      requestParams: { path: sessionIdSchema },
      responses: {
        ...jsonResponse(200, {
          description: "The sign-in, ended; unchanged if it had ended before.",
          schema: sessionSchema,
          example: {
            ...exampleSession,
            status: "ended",
            ended_at: "2026-02-01T09:00:00.000Z",
            end_reason: "revoked",
          },
        }),
        ...problems(...everyCall, "step_up_required", "origin_not_allowed", "not_found"),
      },
    },
  },
  "/api/v1/sessions/revoke-others": {
    post: {
      ...common,
      security: personOnly("sessions:write"),
      operationId: "revokeOtherSessions",
      summary: "End all of them but the one that asks",
      responses: {
        ...jsonResponse(200, {
          description: "How many ended.",
          schema: z.object({ revoked: z.int().nonnegative() }).meta({ id: "RevokedSessions" }),
          example: { revoked: 2 },
        }),
        ...problems(...everyCall, "step_up_required", "origin_not_allowed"),
      },
    },
  },
}
