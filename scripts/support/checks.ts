import { readFileSync, rmSync } from "node:fs"
import { runProgram, runTypeScript } from "./children"
import { ensureDatabase } from "./database"
import type { Part, Tally } from "./parts"
import { buildForProduction, removeStaleRouteTypes } from "./production-build"
import { testVariables } from "./test-environment.mjs"
import { withTestPostgres } from "./test-postgres"

const ringsConfig = ".dependency-cruiser.cjs"
const unitReport = ".data/unit-tests.json"
const integrationReport = ".data/integration-tests.json"

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

export const unitTests = vitest("Unit tests", { project: "unit", report: unitReport })

export const integrationTests = vitest("Integration tests", {
  project: "integration",
  report: integrationReport,
})

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
      return { passed: 1, failed: 0 }
    },
  }
}

function vitest(name: string, { project, report }: { project: string; report: string }): Part {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  return {
    name,
    async run() {
      rmSync(report, { force: true })
      const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters]
      const failure = await runProgram("Vitest", args, { env: { ...process.env, NODE_ENV: "test" } }).catch(
        (error: Error) => error,
      )
      return readVitestReport(report, failure !== undefined)
    },
  }
}

/** A file that fails before its first test has no failed test to count, but counts as one. */
function readVitestReport(report: string, hasFailed: boolean): Tally {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"))
  return { passed: numPassedTests, failed: Math.max(numFailedTests, hasFailed ? 1 : 0) }
}
