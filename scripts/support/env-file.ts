import { randomBytes } from "node:crypto"
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { parseEnv } from "node:util"

export type Environment = NodeJS.ProcessEnv

type Variables = Record<string, string | undefined>

/** Made for each checkout, so no two share a secret and none is ever in the repository. */
const generatedSecrets = ["AUTH_SECRET", "KEY_ENCRYPTION_KEY"]

const header = `# Secrets of this checkout, made by its first start. Never commit them.
# Everything that can be set here is in .env.example.
`

/**
 * What this checkout's commands run with. The caller's own variables win over .env.local, that over .env; an
 * empty value counts as unset.
 */
export function readEnvironment(): Environment {
  return {
    ...withoutEmpty(readEnvFile(".env")),
    ...withoutEmpty(readEnvFile(".env.local")),
    ...withoutEmpty(process.env),
    NODE_ENV: process.env.NODE_ENV,
  }
}

/** Writes the secrets that are still missing to .env.local. What stands in the file stays as it is. */
export function ensureSecrets(file = ".env.local"): void {
  const known = withoutEmpty(readEnvFile(file))
  const missing = generatedSecrets.filter((name) => known[name] === undefined)
  if (missing.length === 0) return
  const lines = missing.map((name) => `${name}=${randomBytes(32).toString("base64")}\n`).join("")
  if (!existsSync(file)) {
    writeFileSync(file, header + lines, { mode: 0o600, flag: "wx" })
    console.log(`  Wrote ${file} with fresh secrets.`)
    return
  }
  const isLineOpen = !/(^|\n)$/.test(readFileSync(file, "utf8"))
  appendFileSync(file, (isLineOpen ? "\n" : "") + lines)
  console.log(`  Added ${missing.join(" and ")} to ${file}.`)
}

function readEnvFile(file: string): Variables {
  return existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}
}

function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value))
}
