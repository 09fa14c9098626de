import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync, rmSync, statSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Installation, programOf } from "./postgres-installation"
import { inspectProcess, isRunning } from "./processes.mjs"

export type Postmaster = { pid: number; port: number; isReady: boolean }

const startupMs = 10_000
const politeStopMs = 8_000
const emptyLockMs = 1000
const pollMs = 20

/** Starts a server and waits until it either accepts connections or has ended. */
export async function spawnPostmaster(
  installation: Installation,
  folder: string,
  { port, durable }: { port: number; durable: boolean },
): Promise<void> {
  const log = openSync(logOf(installation), "w", 0o600)
  // In a process group of its own, a terminal's Ctrl-C does not stop the database under the app's last requests.
  const server = spawn(programOf(installation, "postgres"), ["-D", folder, ...settings(port, durable)], {
    ...installation.account,
    cwd: installation.home,
    detached: true,
    env: { NODE_ENV: process.env.NODE_ENV, LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", log, log],
  })
  closeSync(log)
  server.unref()
  let hasEnded = false
  server.once("error", () => (hasEnded = true)).once("exit", () => (hasEnded = true))
  await waitUntil(() => hasEnded || findPostmaster(folder)?.isReady === true, startupMs)
  // A killed server's helpers hold its shared memory for a moment longer: leave them that moment.
  if (hasEnded) await sleep(300)
}

/** The server that runs on this data, if any. A lock file that a killed server left behind is removed. */
export function findPostmaster(folder: string): Postmaster | null {
  const file = path.join(folder, "postmaster.pid")
  const lines = readLines(file)
  if (!lines) return null
  const [pid, owner = "", , port, , , , status] = lines
  // A server makes the file before it writes into it: for that moment an empty one is somebody's.
  if (!owner && ageOf(file) < emptyLockMs) return null
  if (!isServerOf(folder, { pid: Number(pid), owner })) {
    rmSync(file, { force: true })
    return null
  }
  return { pid: Number(pid), port: Number(port), isReady: status?.trim() === "ready" }
}

export async function stopPostmaster(folder: string): Promise<void> {
  const postmaster = findPostmaster(folder)
  if (!postmaster) return
  process.kill(postmaster.pid, "SIGINT")
  if (await waitUntil(() => !isRunning(postmaster.pid), politeStopMs)) return
  process.kill(postmaster.pid, "SIGQUIT")
  await waitUntil(() => !isRunning(postmaster.pid), politeStopMs)
}

export function readLogTail(installation: Installation): string {
  return readLines(logOf(installation))?.slice(-12).join("\n") ?? ""
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    max_wal_size: "256MB",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  }
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`])
}

/**
 * Process ids are reused, and a copied checkout brings the original's lock file along: the process must be a
 * Postgres started on the folder the file names, and that folder must be this one (or have been moved here).
 */
function isServerOf(folder: string, { pid, owner }: { pid: number; owner: string }): boolean {
  const command = inspectProcess(pid)?.command
  if (!command?.includes("postgres") || !command.includes(owner)) return false
  const ownerFolder = statSync(owner, { throwIfNoEntry: false })
  return ownerFolder === undefined || ownerFolder.ino === statSync(folder).ino
}

async function waitUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(pollMs)) {
    if (condition()) return true
  }
  return condition()
}

function logOf(installation: Installation): string {
  return path.join(installation.home, "log")
}

function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
}

function readLines(file: string): string[] | null {
  try {
    return readFileSync(file, "utf8").split("\n")
  } catch {
    return null
  }
}
