import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import os from "node:os"
import { ExpectedFault } from "./faults.mjs"
import { watchNpmParent } from "./npm-parent.mjs"

/** `server-only` modules and the `@/` alias work in scripts as they do in the app. */
export const scriptArguments = ["--conditions=react-server", "--import", "tsx"]

/**
 * What to run for a command: `dev` → scripts/dev.ts, `db:reset` → scripts/db-reset.ts next to its database.
 * @param {string} command
 * @returns {string[]}
 */
export function scriptOf(command) {
  const script = command === "db:seed" ? "prisma/seed.ts" : `scripts/${command.replaceAll(":", "-")}.ts`
  if (!/^[a-z0-9:-]+$/.test(command) || !existsSync(script)) {
    throw new ExpectedFault(`There is no command "${command}". \`npm run\` lists them.`)
  }
  return /^(db|keys):/.test(command) ? ["scripts/with-database.ts", script] : [script]
}

/**
 * Runs a script in the foreground and gives its exit code. Signals are passed on; when npm dies, the script is
 * told to stop; when this process dies, the script notices by its closed channel (see command.ts).
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function runScript(args) {
  const child = spawn(process.execPath, [...scriptArguments, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  })
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal))
  }
  watchNpmParent(() => child.kill("SIGTERM"))
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)))
  })
}
