import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { inspectProcess } from "./processes.mjs"

/** @typedef {{ pid: number, startedAt: string, note?: string }} Holder */
/** @typedef {{ describe: (note: string) => void, release: () => void }} Lock */

/**
 * Takes a lock that lives as long as this process: a holder that was killed does not block the next one.
 * @param {string} file
 * @returns {{ lock: Lock, holder: null } | { lock: null, holder: Holder }}
 */
export function tryLock(file) {
  mkdirSync(path.dirname(file), { recursive: true })
  /** @type {Holder} */
  const self = { pid: process.pid, startedAt: inspectProcess(process.pid)?.startedAt ?? "" }
  const draft = `${file}.${process.pid}`
  for (;;) {
    writeFileSync(draft, JSON.stringify(self))
    try {
      // A link appears with its content and fails when the name is taken: nobody can read a half-written lock.
      linkSync(draft, file)
      return { lock: heldLock(file, self), holder: null }
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error
    } finally {
      rmSync(draft, { force: true })
    }
    const holder = readHolder(file)
    if (isHolding(holder)) return { lock: null, holder }
    removeStale(file)
  }
}

/**
 * Waits until the lock is free. `onWait` is called once, if there is any waiting to do.
 * @param {string} file
 * @param {(holder: Holder) => void} [onWait]
 * @returns {Promise<Lock>}
 */
async function waitForLock(file, onWait) {
  for (let attempt = 0; ; attempt++) {
    const { lock, holder } = tryLock(file)
    if (lock) return lock
    if (attempt === 0) onWait?.(holder)
    await sleep(100)
  }
}

/** @param {string} file */
export function isLocked(file) {
  return isHolding(readHolder(file))
}

/**
 * Does the work while holding the lock.
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} work
 * @param {(holder: Holder) => void} [onWait]
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  const lock = await waitForLock(file, onWait)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/**
 * @param {string} file
 * @param {Holder} self
 * @returns {Lock}
 */
function heldLock(file, self) {
  return {
    describe(note) {
      const draft = `${file}.${process.pid}`
      writeFileSync(draft, JSON.stringify({ ...self, note }))
      renameSync(draft, file)
    },
    release: () => rmSync(file, { force: true }),
  }
}

/**
 * @param {string} file
 * @returns {Holder | null}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return null
  }
}

/**
 * @param {Holder | null} holder
 * @returns {holder is Holder}
 */
function isHolding(holder) {
  return holder !== null && inspectProcess(holder.pid)?.startedAt === holder.startedAt
}

/**
 * Between looking and removing, another process may have put its own fresh lock there: look again at what was
 * actually taken away, and give it back if it is alive.
 * @param {string} file
 */
function removeStale(file) {
  const taken = `${file}.stale-${process.pid}`
  try {
    renameSync(file, taken)
    if (isHolding(readHolder(taken))) linkSync(taken, file)
  } catch {
    // Somebody else removed it first.
  }
  rmSync(taken, { force: true })
}
