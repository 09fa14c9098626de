import { runBrowserTests } from "./support/browser-tests"
import { runCommand } from "./support/command"
import { buildForProduction, isBuildCurrent } from "./support/production-build"

runCommand(async () => {
  if (!isBuildCurrent()) await buildForProduction()
  const { failed } = await runBrowserTests(process.argv.slice(2))
  return failed === 0 ? 0 : 1
})
