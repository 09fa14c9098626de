import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { parseEnv } from "node:util"

/**
 * The app's variables for a test run: fresh secrets, and everything else that .env.example documents emptied.
 * Emptied rather than left out, because Next fills in what is missing from .env.local, and tests must see
 * neither its secrets nor the database that somebody's shell points to.
 * @returns {Record<string, string>}
 */
export function testVariables() {
  return {
    ...Object.fromEntries(documentedVariables().map((name) => [name, ""])),
    AUTH_SECRET: randomBytes(32).toString("base64"),
    KEY_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    // All tests sign in from one address. Those of the limit itself set it.
    RATE_LIMIT_LOGIN_PER_MINUTE: "1000000",
    NEXT_TELEMETRY_DISABLED: "1",
  }
}

/** Most of them are commented out there. */
function documentedVariables() {
  const example = readFileSync(".env.example", "utf8").replaceAll(/^# ?(?=[A-Z0-9_]+=)/gm, "")
  return Object.keys(parseEnv(example))
}
