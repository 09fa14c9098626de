import os from "node:os"

/** A fault its reader can do something about: shown as its message alone, without a stack trace. */
export class ExpectedFault extends Error {}

/**
 * The words for whoever started the command, or null when the fault is a bug and needs its stack trace.
 * @param {unknown} error
 * @returns {string | null}
 */
function explainFault(error) {
  if (error instanceof ExpectedFault) return error.message
  if (!(error instanceof Error) || !("code" in error)) return null
  const where = "path" in error ? String(error.path) : "this folder"
  if (error.code === "ENOSPC") return "The disk is full."
  if (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS") {
    return `${os.userInfo().username} may not write to ${where}. Run the command as the user who owns the checkout.`
  }
  return null
}

/** @param {unknown} error */
export function reportFault(error) {
  const explained = explainFault(error)
  console.error(explained === null ? error : `\n${explained}\n`)
}
