import { readFileSync, rmSync } from "node:fs"
import { runProgram } from "./children"
import { requireChromium } from "./chromium"
import type { Part, Tally } from "./parts"
import { throwAwayLog, withThrowAwayApp } from "./throw-away-app"

const report = ".data/browser-tests.json"

export const browserTests: Part = { name: "Browser tests", run: () => runBrowserTests([]) }

/** Runs Playwright with these arguments against a production build that is started for it. */
export function runBrowserTests(args: string[]): Promise<Tally> {
  const chromium = requireChromium()
  return withThrowAwayApp(async ({ url, environment }) => {
    rmSync(report, { force: true })
    const failure = await runProgram(
      "Playwright",
      ["node_modules/@playwright/test/cli.js", "test", ...args],
      {
        env: {
          ...environment,
          BASE_URL: url,
          CHROMIUM_PATH: chromium,
          NODE_OPTIONS: "--conditions=react-server",
        },
      },
    ).catch((error: Error) => error)
    if (failure) console.log(`  The app's own log: ${throwAwayLog}`)
    return readReport(failure !== undefined)
  })
}

function readReport(hasFailed: boolean): Tally {
  const { expected, flaky, unexpected } = JSON.parse(readFileSync(report, "utf8")).stats
  return { passed: expected + flaky, failed: Math.max(unexpected, hasFailed ? 1 : 0) }
}
