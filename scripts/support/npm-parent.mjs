import { inspectProcess, isRunning } from "./processes.mjs"

const pollMs = 250

/**
 * Calls back when the npm that started this process is gone. npm cannot pass on a SIGKILL, and its shell does
 * not pass on a SIGTERM, so without this the command would live on as an orphan.
 * @param {() => void} onGone
 */
export function watchNpmParent(onGone) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const grandparent = inspectProcess(parent)?.parent ?? 0
  const npm = [parent, grandparent].find((pid) => /\bnpm\b/.test(inspectProcess(pid)?.command ?? ""))
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isRunning(npm))) return
    clearInterval(timer)
    onGone()
  }, pollMs)
  timer.unref()
}
