import { runProgram } from "./children"
import { requireChromium } from "./chromium"
import type { Part, Tally } from "./parts"
import { tallyOf, withTestReport } from "./test-report"
import { throwAwayLog, withThrowAwayApp } from "./throw-away-app"

export const browserTests: Part = { name: "Browser tests", run: () => runBrowserTests([]) }

/** Runs Playwright with these arguments against a production build that is started for it. */
export function runBrowserTests(args: string[]): Promise<Tally> {
  const chromium = requireChromium()
  return withThrowAwayApp(async ({ url, environment }) => {
    const report = await withTestReport("browser-tests", (reportTo) =>
      runProgram("Playwright", ["node_modules/@playwright/test/cli.js", "test", ...args], {
        env: {
          ...environment,
          ...reportTo,
          BASE_URL: url,
          CHROMIUM_PATH: chromium,
          NODE_OPTIONS: "--conditions=react-server",
        },
      }),
    )
    const tally = tallyOf(report)
    if (tally.failures.length > 0) console.log(`  The app's own log: ${throwAwayLog}`)
    return tally
  })
}
