import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { bundle, bundleServer } from "./bundle"
import { runProgram } from "./children"
import { isLocked } from "./lock.mjs"

export const serverBundle = "dist/server.js"
const fingerprintFile = "dist/sources"

/** Folders and files that do not end up in the app. */
const notSources = new Set([
  ...["node_modules", "dist", "e2e", "docs", "test-results"],
  ...["scripts/support", "scripts/stand-in", "scripts/google-stand-in", "scripts/github-stand-in"],
  ...["prisma/generated", "next-env.d.ts"],
])

/** The production build: the app in .next, and in dist the server and the migrations that go with it. */
export async function buildForProduction(): Promise<void> {
  rmSync("dist", { recursive: true, force: true })
  removeStaleRouteTypes()
  await runProgram("The production build", ["node_modules/next/dist/bin/next", "build"], {
    env: { ...process.env, NODE_ENV: "production" },
  })
  await bundleServer(serverBundle)
  for (const command of ["db-migrate", "keys-rotate", "keys-revoke"]) {
    await bundle(`scripts/${command}.ts`, `dist/${command}.js`)
  }
  writeFileSync(fingerprintFile, fingerprintSources())
}

/** True when the last build was made from the sources as they are now. */
export function isBuildCurrent(): boolean {
  return existsSync(fingerprintFile) && readFileSync(fingerprintFile, "utf8") === fingerprintSources()
}

/**
 * The route types that a stopped `npm run dev` left behind speak of the routes of that time, or are empty when it
 * was killed; TypeScript reads them and then no type check passes.
 */
export function removeStaleRouteTypes(): void {
  if (!isLocked(".data/dev.lock")) rmSync(".next/dev/types", { recursive: true, force: true })
}

function fingerprintSources(): string {
  const hash = createHash("sha256")
  for (const file of listSources(".")) hash.update(`${file}\0`).update(readFileSync(file)).update("\0")
  return hash.digest("hex")
}

function listSources(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.name.startsWith(".") || notSources.has(file) || /\.(test\.tsx?|md|tsbuildinfo)$/.test(file))
      return []
    return entry.isDirectory() ? listSources(file) : [file]
  })
}
