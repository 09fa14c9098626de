import { formatAndLint, rings, types, unitTests } from "./support/checks"
import { runCommand } from "./support/command"
import { runParts } from "./support/parts"

runCommand(() => runParts([formatAndLint, types, rings, unitTests]))
