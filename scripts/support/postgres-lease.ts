import { spawn } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import type { Socket } from "node:net"
import path from "node:path"
import { inspectProcess } from "./processes.mjs"

export type Lease = {
  /** Gives the lease up and says whether any other command still holds one. */
  drop: () => "last" | "shared"
}

/**
 * $1: the leases, $2: the holder's own, $3: the data. Its input is a pipe from the holder that nobody writes to,
 * so `read` ends when the holder does. A holder that ends in good order kills the shell first.
 */
const dropForKilledHolder = `
read -r nothing
rm -f "$2"
for lease in "$1"/*; do
  name="\${lease##*/}"
  kill -0 "\${name%%-*}" 2>/dev/null && exit
done
read -r pid <"$3/postmaster.pid" && kill -INT "$pid"
`

let taken = 0

/** Says that this process uses the server, until the lease is dropped or the process ends. */
export function takeLease(home: string, dataFolder: string): Lease {
  const folder = path.join(home, "leases")
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${process.pid}-${taken++}`)
  writeFileSync(file, inspectProcess(process.pid)?.startedAt ?? "")
  const guard = spawn("sh", ["-c", dropForKilledHolder, "sh", folder, file, dataFolder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  })
  guard.on("error", () => {})
  guard.unref()
  ;(guard.stdin as Socket).unref()
  return {
    drop() {
      guard.kill("SIGKILL")
      rmSync(file, { force: true })
      return readdirSync(folder).some((name) => isHeld(folder, name)) ? "shared" : "last"
    },
  }
}

function isHeld(folder: string, name: string): boolean {
  const holder = inspectProcess(Number(name.split("-")[0]))
  return holder?.startedAt === readFileSync(path.join(folder, name), "utf8")
}
