import { browserTests } from "./support/browser-tests"
import {
  deadCode,
  formatAndLint,
  integrationTests,
  migrationDrift,
  productionBuild,
  rings,
  types,
  unitTests,
} from "./support/checks"
import { runCommand } from "./support/command"
import { runParts } from "./support/parts"

runCommand(() =>
  runParts([
    formatAndLint,
    types,
    rings,
    deadCode,
    unitTests,
    integrationTests,
    migrationDrift,
    productionBuild,
    browserTests,
  ]),
)
