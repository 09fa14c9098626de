import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { jsonResponse } from "./responses"
import { noCredential } from "./security"

const healthSchema = z.object({ status: z.literal("ok") }).meta({ id: "Health" })

const checks = z.record(z.string(), z.enum(["ok", "failing"])).describe("Each part that is needed.")
const readySchema = z.object({ status: z.literal("ok"), checks }).meta({ id: "Ready" })
const notReadySchema = z.object({ status: z.literal("unavailable"), checks }).meta({ id: "NotReady" })

const common = { tags: ["Service"], security: noCredential }

export const servicePaths: ZodOpenApiPathsObject = {
  "/healthz": {
    get: {
      ...common,
      operationId: "getHealth",
      summary: "Whether the process is alive",
      responses: jsonResponse(200, { description: "It is.", schema: healthSchema }),
    },
  },
  "/readyz": {
    get: {
      ...common,
      operationId: "getReadiness",
      summary: "Whether requests should be sent here",
      responses: {
        ...jsonResponse(200, {
          description: "Yes.",
          schema: readySchema,
          example: { status: "ok", checks: { database: "ok", signing_keys: "ok" } },
        }),
        ...jsonResponse(503, {
          description: "Not now: something needed is failing, or the process is about to stop.",
          schema: notReadySchema,
          example: { status: "unavailable", checks: { database: "failing", signing_keys: "ok" } },
        }),
      },
    },
  },
  "/api/v1/openapi.json": {
    get: {
      ...common,
      operationId: "getOpenApiDocument",
      summary: "This document",
      responses: jsonResponse(200, {
        description: "OpenAPI 3.1.",
        schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
      }),
    },
  },
}
