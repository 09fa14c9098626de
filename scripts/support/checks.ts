import { runProgram, runTypeScript } from "./children"
import { ensureDatabase } from "./database"
import type { Part } from "./parts"
import { buildForProduction, removeStaleRouteTypes } from "./production-build"
import { testVariables } from "./test-environment.mjs"
import { withTestPostgres } from "./test-postgres"
import { withTestReport } from "./test-report"

const ringsConfig = ".dependency-cruiser.cjs"

export const formatAndLint = check("Format and lint", () =>
  runProgram("Biome", ["node_modules/@biomejs/biome/bin/biome", "check", "."]),
)

export const types = check("Types", async () => {
  removeStaleRouteTypes()
  await runProgram("next typegen", ["node_modules/next/dist/bin/next", "typegen"])
  await runProgram("The type check", ["node_modules/typescript/bin/tsc", "--noEmit"])
})

export const rings = check("Import rings", async () => {
  const cruiser = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"
  await runProgram("dependency-cruiser", [cruiser, "--config", ringsConfig, "."])
})

export const deadCode = check("Dead code", () => runProgram("knip", ["node_modules/knip/bin/knip.js"]))

export const unitTests = vitest("Unit tests", "unit")

export const integrationTests = vitest("Integration tests", "integration")

export const migrationDrift = check("Migrations match schema", () =>
  withTestPostgres(async (postgres) => {
    const DATABASE_URL = await ensureDatabase(postgres, "drift")
    const env = { ...process.env, ...testVariables(), DATABASE_URL }
    await runTypeScript("The migration check", ["scripts/db-check.ts"], { env })
  }),
)

export const productionBuild = check("Production build", () => buildForProduction())

/** A part that is one test by itself: it passes unless it throws. */
function check(name: string, run: () => Promise<void>): Part {
  return {
    name,
    async run() {
      await run()
      return { passed: 1, failures: [], repeated: [] }
    },
  }
}

function vitest(name: string, project: string): Part {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project]
  return {
    name,
    run: () =>
      withTestReport(`${project}-tests`, (report) =>
        runProgram("Vitest", args, { env: { ...process.env, ...report, NODE_ENV: "test" } }),
      ),
  }
}
