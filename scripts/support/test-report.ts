import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { stripVTControlCharacters } from "node:util"
import type { Tally } from "./parts"

const reportVariable = "TEST_REPORT"

/** Runs tests whose reporter calls `writeReport`, and returns what it wrote. A run that fails without one failed test counts one. */
export async function withTestReport(
  name: string,
  run: (env: Record<string, string>) => Promise<void>,
): Promise<Tally> {
  const file = path.resolve(".data", `${name}.json`)
  rmSync(file, { force: true })
  const failure = await run({ [reportVariable]: file }).catch((error: Error) => error)
  const tally: Tally = JSON.parse(readFileSync(file, "utf8"))
  if (failure && tally.failures.length === 0) tally.failures.push(failure.message)
  return tally
}

/** Called by the reporters of Vitest and Playwright; writes nothing when the tests were started by hand. */
export function writeReport(tally: Tally): void {
  const file = process.env[reportVariable]
  if (!file) return
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(tally))
}

/** A test by its name, with the first lines of what went wrong. */
export function describeFailure(name: string, errors: readonly { message?: string }[]): string {
  const lines = stripVTControlCharacters(errors.map((error) => error.message ?? "").join("\n")).split("\n")
  return [name, ...lines.slice(0, 8)].join("\n    ")
}
