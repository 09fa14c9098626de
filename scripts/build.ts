import { runCommand } from "./support/command"
import { buildForProduction } from "./support/production-build"

runCommand(async () => {
  await buildForProduction()
  return 0
})
