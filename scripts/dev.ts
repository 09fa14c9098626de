import { bundleServer } from "./support/bundle"
import { runCommand } from "./support/command"
import { serve } from "./support/serve"

const serverBundle = ".data/server.js"

runCommand(
  () =>
    serve({
      mode: "development",
      command: "dev",
      async build() {
        await bundleServer(serverBundle)
        return serverBundle
      },
    }),
  { stoppable: true },
)
