import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import path from "node:path"
import { chromium } from "@playwright/test"
import { ExpectedFault } from "./faults.mjs"

const candidates = [
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

/** The browser for the tests: one that is there, else one that this machine can install. */
export function requireChromium(): string {
  const found = findChromium() ?? (installChromium() ? findChromium() : undefined)
  if (found) return found
  throw new ExpectedFault(
    "The browser tests need Chromium: install it with your package manager, or set CHROMIUM_PATH.",
  )
}

function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (canRun(given)) return given
    throw new ExpectedFault(`CHROMIUM_PATH names no browser that runs: ${given}`)
  }
  return [...candidates.flatMap(pathsOf), chromium.executablePath()].find(canRun)
}

/** Playwright wants a path, so a bare name is looked up as a shell would. */
function pathsOf(candidate: string): string[] {
  if (path.isAbsolute(candidate)) return [candidate]
  return (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, candidate))
}

/** Some systems put a stub on the PATH that only says how to install the real one. */
function canRun(browser: string): boolean {
  return existsSync(browser) && spawnSync(browser, ["--version"], { timeout: 20_000 }).status === 0
}

function installChromium(): boolean {
  console.log("  Installing Chromium for the browser tests …")
  return installFromDebian() || installFromPlaywright()
}

function installFromDebian(): boolean {
  if (process.getuid?.() !== 0) return false
  return (
    install("apt-get", ["update", "-qq"]) &&
    install("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"])
  )
}

function installFromPlaywright(): boolean {
  const cli = "node_modules/@playwright/test/cli.js"
  const withSystemPackages = process.getuid?.() === 0 ? ["--with-deps"] : []
  return install(process.execPath, [cli, "install", ...withSystemPackages, "chromium"])
}

function install(program: string, args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  return spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], env }).status === 0
}
