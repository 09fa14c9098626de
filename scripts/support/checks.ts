import { runProgram, runTypeScript } from "./children"
import { ensureDatabase } from "./database"
import type { Part } from "./parts"
import { buildForProduction, removeStaleRouteTypes } from "./production-build"
import { testVariables } from "./test-environment.mjs"
import { withTestPostgres } from "./test-postgres"
import { failedFiles, tallyOf, withRepeated, withTestReport } from "./test-report"

const ringsConfig = ".dependency-cruiser.cjs"
/** More than these do not fail by chance. */
const repeatedFilesMax = 3

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
  const reporters = ["--reporter=default", "--reporter=./scripts/support/vitest-report.ts"]
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters]
  const run = (files: string[]) =>
    withTestReport(`${project}-tests`, (reportTo) =>
      runProgram("Vitest", [...args, ...files], {
        env: { ...process.env, ...reportTo, NODE_ENV: "test" },
      }),
    )
  return {
    name,
    async run() {
      const report = await run([])
      const failed = failedFiles(report)
      // In CI other things run as well: what failed gets a second chance, and is named at the end if it takes it.
      const isWorthRepeating = process.env.CI && failed.length > 0 && failed.length <= repeatedFilesMax
      if (!isWorthRepeating || failed.includes("")) return tallyOf(report)
      console.log(`\n▸ ${name}, what failed once more`)
      return tallyOf(withRepeated(report, await run(failed)))
    },
  }
}
