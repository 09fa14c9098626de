import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { onExit } from "./command"
import { ExpectedFault } from "./faults.mjs"
import { scriptArguments } from "./script.mjs"

type ChildOptions = Pick<SpawnOptions, "env" | "stdio">

const politeStopMs = 5_000

/** Runs a Node program to its end, or to the end of this command. @throws ExpectedFault with `label` when it fails. */
export async function runProgram(label: string, args: string[], options: ChildOptions = {}): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: "inherit", ...options })
  const forget = onExit(() => stopChild(child))
  const code = await exitCodeOf(child)
  forget()
  if (code !== 0) throw new ExpectedFault(`${label} failed.`)
}

/** Runs a TypeScript file of this repository to its end. */
export function runTypeScript(label: string, args: string[], options: ChildOptions = {}): Promise<void> {
  return runProgram(label, [...scriptArguments, ...args], options)
}

export function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once("error", () => resolve(null))
    child.once("exit", (code) => resolve(code))
  })
}

/** Asks a child to stop and makes sure that it did. */
export async function stopChild(child: ChildProcess, politeMs = politeStopMs): Promise<void> {
  const ended = exitCodeOf(child)
  child.kill("SIGTERM")
  const impatience = setTimeout(() => child.kill("SIGKILL"), politeMs)
  await ended
  clearTimeout(impatience)
}
