import path from "node:path"
import { defineConfig } from "vitest/config"
import { testVariables } from "./scripts/support/test-environment.mjs"

const common = {
  // `server-only` throws outside Next's server build; its own empty module is what that build gets.
  resolve: {
    alias: { "@": path.resolve("."), "server-only": path.resolve("node_modules/server-only/empty.js") },
  },
}

const everyTest = "{app,components,lib,prisma,scripts}/**/*.test.{ts,tsx}"
const databaseTests = "**/*.db.test.ts"

export default defineConfig({
  test: {
    env: {
      ...testVariables(),
      // Unit tests have no database: port 9 answers nobody.
      DATABASE_URL: "postgresql://nobody@127.0.0.1:9/none",
      AUTH_GOOGLE_ID: "latchkey-test",
      AUTH_GOOGLE_SECRET: "latchkey-test-secret",
      AUTH_PASSWORDS: "1",
    },
    // next-auth imports "next/server" without its extension, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    maxWorkers: 2,
    projects: [
      {
        ...common,
        extends: true,
        test: {
          name: "unit",
          // Cheaper to start than processes, and one more than cores: some tests only wait.
          pool: "threads",
          maxWorkers: 3,
          setupFiles: "lib/testing/quiet.ts",
          include: [everyTest, "*.test.ts"],
          exclude: ["node_modules", databaseTests],
          // For a machine that does other things as well: a test that hangs still ends.
          testTimeout: 30_000,
        },
      },
      {
        ...common,
        extends: true,
        test: {
          name: "integration",
          include: [databaseTests],
          exclude: ["node_modules", ".next", "dist"],
          globalSetup: "scripts/support/integration-setup.ts",
          setupFiles: ["lib/testing/quiet.ts", "scripts/support/integration-database.ts"],
          hookTimeout: 60_000,
          testTimeout: 60_000,
        },
      },
    ],
  },
})
