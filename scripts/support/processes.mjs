import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"

const hasProc = existsSync("/proc/self/stat")

/**
 * What the system knows of a process, or null when it is gone. A zombie counts as gone: where nothing reaps
 * the dead (a container without an init), their ids stay taken. `startedAt` is opaque; together with the id it
 * names one process for good, because ids are reused.
 * @param {number} pid
 * @returns {{ parent: number, startedAt: string, command: string } | null}
 */
export function inspectProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null
  return hasProc ? inspectByProc(pid) : inspectByPs(pid)
}

/**
 * Cheap enough to be asked many times a second.
 * @param {number} pid
 */
export function isRunning(pid) {
  if (hasProc) return inspectByProc(pid) !== null
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** @param {number} pid */
function inspectByProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // The name stands in parentheses and may itself contain any character, so the fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    if (fields[0] === "Z" || fields[0] === "X") return null
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()
    return { parent: Number(fields[1]), startedAt: String(fields[19]), command }
  } catch {
    return null
  }
}

/** @param {number} pid */
function inspectByPs(pid) {
  const { stdout } = spawnSync("ps", ["-o", "ppid=,stat=,lstart=,command=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  })
  const found = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(stdout?.trimEnd() ?? "")
  if (!found || found[2]?.startsWith("Z")) return null
  return { parent: Number(found[1]), startedAt: String(found[3]), command: String(found[4]) }
}
