import { defineConfig } from "@playwright/test"
import { requireChromium } from "./scripts/support/chromium"

// `npm run e2e` starts what the tests need. To run them against a preview of your own, set BASE_URL and the
// DATABASE_URL that it printed.

// Read here once; the workers get it from the environment.
process.env.CHROMIUM_PATH ??= requireChromium()

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // For a machine that does other things as well; what passed only then is named at the end.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./scripts/support/playwright-report.ts"]],
  use: {
    baseURL: process.env.BASE_URL ?? "http://localhost:3000",
    trace: "retain-on-failure",
    colorScheme: "light",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        "--no-sandbox",
        "--no-first-run",
        "--no-pings",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
      ],
    },
  },
  projects: [{ name: "chromium", use: { viewport: { width: 1440, height: 900 } } }],
})
