import { type ParseArgsConfig, parseArgs } from "node:util"
import { ExpectedFault } from "./faults.mjs"

/** What parseArgs makes of a command's arguments. Throws ExpectedFault with the usage for what it does not know. */
export function readArguments<const Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new ExpectedFault(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}
