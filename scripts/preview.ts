import { runCommand } from "./support/command"
import { buildForProduction, isBuildCurrent, serverBundle } from "./support/production-build"
import { serve } from "./support/serve"

runCommand(
  () =>
    serve({
      mode: "preview",
      command: "preview",
      async build() {
        if (!isBuildCurrent()) await buildForProduction()
        return serverBundle
      },
    }),
  { stoppable: true },
)
