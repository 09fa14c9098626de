import { execFile, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { promisify } from "node:util"
import { ExpectedFault } from "./faults.mjs"
import { type Installation, programOf } from "./postgres-installation"

/** The role that owns the server. The app connects as another one: see database.ts. */
export const superuser = "postgres"

export type Cluster = { folder: string; password: string }

/**
 * Opens the data folder, making it on the first start. A password keeps other users of the machine out; it is
 * in a file that only its owner can read. The caller holds the server's lock.
 */
export async function openCluster(installation: Installation): Promise<Cluster> {
  const folder = path.join(installation.home, "data")
  const passwordFile = path.join(installation.home, "password")
  if (!existsSync(folder)) await createCluster(installation, { folder, passwordFile })
  requireSameVersion(installation, folder)
  return { folder, password: readFileSync(passwordFile, "utf8").trim() }
}

async function createCluster(
  installation: Installation,
  target: { folder: string; passwordFile: string },
): Promise<void> {
  // A killed initdb leaves half a folder behind, so the real name is given only to a finished one.
  removeDrafts(installation.home)
  const draft = path.join(installation.home, `draft-${process.pid}`)
  writeFileSync(target.passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 })
  if (installation.account) chownSync(target.passwordFile, installation.account.uid, installation.account.gid)
  await initialize(installation, draft, target.passwordFile)
  renameSync(draft, target.folder)
}

async function initialize(installation: Installation, folder: string, passwordFile: string): Promise<void> {
  const options = {
    pgdata: folder,
    username: superuser,
    auth: "scram-sha-256",
    pwfile: passwordFile,
    encoding: "UTF8",
    // The built-in locale sorts and folds the same way on every operating system.
    locale: "C",
    "locale-provider": "builtin",
    "builtin-locale": "C.UTF-8",
  }
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
  const run = promisify(execFile)(programOf(installation, "initdb"), [...args, "--no-sync"], {
    ...installation.account,
    cwd: installation.home,
  })
  await run.catch(({ stderr }: { stderr?: string }) => {
    throw new ExpectedFault(`Postgres could not create its data:\n${stderr ?? ""}`)
  })
}

function removeDrafts(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith("draft-")) rmSync(path.join(home, name), { recursive: true, force: true })
  }
}

function requireSameVersion(installation: Installation, folder: string): void {
  const written = readFileSync(path.join(folder, "PG_VERSION"), "utf8").trim()
  const { stdout } = spawnSync(programOf(installation, "postgres"), ["--version"], {
    encoding: "utf8",
    cwd: "/",
  })
  const running = /(\d+)/.exec(stdout)?.[1]
  if (written === running) return
  throw new ExpectedFault(
    `${installation.home} was written by Postgres ${written}; this is ${running}. Delete the folder to start over.`,
  )
}
