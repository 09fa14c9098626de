import { existsSync } from "node:fs"
import path from "node:path"
import { defineConfig } from "prisma/config"

const root = import.meta.dirname

// The environment wins over .env.local, and that over .env, as in every command of this repository.
for (const name of [".env.local", ".env"]) {
  const file = path.join(root, name)
  if (existsSync(file)) process.loadEnvFile(file)
}

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(root, "scripts/prisma-schema-engine.mjs")
process.env.CHECKPOINT_DISABLE ??= "1"
process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= "1"

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: {
    path: "prisma/migrations",
    seed: "node --conditions=react-server --import tsx prisma/seed.ts",
  },
  // Empty is enough for the commands that need no database, such as `generate`.
  datasource: { url: process.env.DATABASE_URL ?? "" },
})
