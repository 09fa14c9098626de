// Preloaded into the app's server when a script runs it.

import { subscribe } from "node:diagnostics_channel"

// An answer on the port does not say whose it is: two checkouts may have chosen the same one at the same moment.
subscribe("tracing:net.server.listen:asyncEnd", (message) => {
  const { server } = /** @type {{ server: import("node:net").Server }} */ (message)
  const address = server.address()
  if (process.connected && address && typeof address === "object") process.send?.({ port: address.port })
})

// The channel closes when the script is gone; one that was killed could not stop the server itself.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"))
process.channel?.unref()
