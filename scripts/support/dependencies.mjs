import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { ExpectedFault } from "./faults.mjs"
import { step } from "./progress.mjs"

const wantedFile = "package-lock.json"
/** npm's own record of what it installed. */
const installedFile = "node_modules/.package-lock.json"
const markerFile = "node_modules/.latchkey/dependencies"

/** True when node_modules holds what package-lock.json asks for, whoever installed it. */
export function areDependenciesInstalled() {
  if (!existsSync(installedFile)) return false
  return readMarker() === fingerprint() || isRecordComplete()
}

/** Installs what package-lock.json asks for, from the npm registry. */
export async function installDependencies() {
  const command = existsSync(installedFile) ? "install" : "ci"
  // `npm ci` refuses where the registry lacks a package for some other platform; `npm install` does not.
  const isInstalled = (await npm(command)) || (command === "ci" && (await npm("install")))
  if (!isInstalled) {
    throw new ExpectedFault("npm could not install the dependencies: see its message above, then try again.")
  }
  mkdirSync(path.dirname(markerFile), { recursive: true })
  writeFileSync(markerFile, fingerprint())
}

/**
 * @param {string} command
 * @returns {Promise<boolean>}
 */
function npm(command) {
  // Development dependencies are wanted even where NODE_ENV says production; the lock file stays as committed.
  const args = [command, "--include=dev", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
  const npmScript = process.env.npm_execpath ?? ""
  const child = path.basename(npmScript).startsWith("npm-cli")
    ? spawn(process.execPath, [npmScript, ...args], { stdio: "inherit" })
    : spawn("npm", args, { stdio: "inherit" })
  return step(`Installing dependencies (npm ${command})`, () => {
    return new Promise((resolve) => {
      child.on("error", () => resolve(false))
      child.on("exit", (code) => resolve(code === 0))
    })
  })
}

/** Optional packages may be absent: most are for other platforms. */
function isRecordComplete() {
  const wanted = readPackages(wantedFile)
  const installed = readPackages(installedFile)
  return Object.entries(wanted).every(([location, { version, optional }]) => {
    if (location === "") return true
    const found = installed[location]
    return found ? found.version === version : optional === true
  })
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {}
}

function fingerprint() {
  return createHash("sha256")
    .update(readFileSync(wantedFile))
    .update(readFileSync(installedFile))
    .digest("hex")
}

function readMarker() {
  return existsSync(markerFile) ? readFileSync(markerFile, "utf8") : null
}
