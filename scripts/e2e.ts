import { runBrowserTests } from "./support/browser-tests"
import { runCommand } from "./support/command"
import { buildForProduction, isBuildCurrent } from "./support/production-build"

runCommand(async () => {
  if (!isBuildCurrent()) await buildForProduction()
  const { failures } = await runBrowserTests(process.argv.slice(2))
  return failures.length === 0 ? 0 : 1
})
