import { bundleServer, watchServer } from "./support/bundle"
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
      watch: (onChange) => watchServer(serverBundle, onChange),
    }),
  { stoppable: true },
)
