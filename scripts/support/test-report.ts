import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { stripVTControlCharacters } from "node:util"
import { addTallies, type Tally } from "./parts"

/** What the tests of each file came to. What went wrong outside of any file stands under "". */
export type TestReport = Record<string, Tally>

const reportVariable = "TEST_REPORT"

/** Runs tests whose reporter calls `writeReport`, and returns what it wrote. A run that fails is never one without a failure. */
export async function withTestReport(
  name: string,
  run: (env: Record<string, string>) => Promise<void>,
): Promise<TestReport> {
  const file = path.resolve(".data", `${name}.json`)
  rmSync(file, { force: true })
  const fault = await run({ [reportVariable]: file }).catch((error: Error) => error)
  const report: TestReport = JSON.parse(readFileSync(file, "utf8"))
  if (fault && tallyOf(report).failures.length === 0)
    report[""] = { passed: 0, failures: [fault.message], repeated: [] }
  return report
}

/** Called by the reporters of Vitest and Playwright; writes nothing when the tests were started by hand. */
export function writeReport(report: TestReport): void {
  const file = process.env[reportVariable]
  if (!file) return
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(report))
}

export function failedFiles(report: TestReport): string[] {
  return Object.keys(report).filter((file) => report[file]?.failures.length)
}

/** The report after its failed files were run again. Those that passed now are named as repeated. */
export function withRepeated(report: TestReport, again: TestReport): TestReport {
  const repeated = Object.entries(again).map(([file, tally]) => {
    const failures = report[file]?.failures ?? []
    return [file, tally.failures.length ? tally : { ...tally, repeated: failures }]
  })
  return { ...report, ...Object.fromEntries(repeated) }
}

export function tallyOf(report: TestReport): Tally {
  return addTallies(Object.values(report))
}

/** A test by its name, with the first lines of what went wrong. */
export function describeFailure(name: string, errors: readonly { message?: string }[]): string {
  const lines = stripVTControlCharacters(errors.map((error) => error.message ?? "").join("\n")).split("\n")
  return [name, ...lines.slice(0, 8)].join("\n    ")
}
