import { createDocument, type oas31 } from "zod-openapi"
import { env } from "../env"
import { PRODUCT_NAME } from "../product"
import { apiKeyUsagePaths } from "./api-key-usage"
import { apiKeyVerbPaths } from "./api-key-verbs"
import { apiKeyPaths } from "./api-keys"
import { leakPaths } from "./leaks"
import { loginPaths } from "./login"
import { mePaths } from "./me"
import { problem } from "./responses"
import { secondFactorPaths } from "./second-factors"
import { securitySchemes } from "./security"
import { servicePaths } from "./service"
import { sessionPaths } from "./sessions"
import { tokenPaths } from "./tokens"
import { wellKnownPaths } from "./well-known"

// Requests are described by the very schemas the routes parse with, so they cannot differ. What is written by
// hand (answers, errors, credentials) is held against the handlers by the tests in app/api/v1.

/** Of the API, not of the package. */
const API_VERSION = "1.0.0"

const description = `Fields are \`snake_case\`, times RFC 3339 in UTC, ids opaque text. Answers may gain fields.
Errors are RFC 9457 problem details; branch on \`code\`. Sign-in and token endpoints answer as RFC 6749 wants it
instead; branch on \`error\`. A path answers 404 where nothing is, and 405 to a method it does not have.`

let current: oas31.OpenAPIObject | undefined

/** The OpenAPI 3.1 document of everything this server answers to programs. Built once. */
export function openApiDocument(): oas31.OpenAPIObject {
  current ??= buildDocument()
  return current
}

function buildDocument(): oas31.OpenAPIObject {
  return createDocument(
    {
      openapi: "3.1.1",
      info: { title: PRODUCT_NAME, version: API_VERSION, description },
      servers: [{ url: env().APP_URL }],
      paths: {
        ...mePaths,
        ...apiKeyPaths,
        ...apiKeyVerbPaths,
        ...apiKeyUsagePaths,
        ...leakPaths,
        ...sessionPaths,
        ...loginPaths,
        ...secondFactorPaths,
        ...tokenPaths,
        ...wellKnownPaths,
        ...servicePaths,
      },
      components: {
        securitySchemes: securitySchemes(),
        responses: {
          NotFound: problem(404, ["not_found"]),
          MethodNotAllowed: problem(405, ["method_not_allowed"]),
        },
      },
    },
    {
      // Closed, an answer that gains a field would be an error to every client that validates.
      override: ({ jsonSchema, io }) => {
        if (io === "output" && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties
      },
    },
  )
}
