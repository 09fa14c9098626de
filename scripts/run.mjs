// Every `npm run` command starts here, in plain JavaScript without dependencies, because on a fresh clone there
// is nothing else yet. It brings node_modules and the Prisma client up to date, then runs scripts/<command>.ts.

import { fileURLToPath } from "node:url"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Latchkey needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`,
  )
  process.exit(1)
}

process.chdir(fileURLToPath(new URL("..", import.meta.url)))
process.env.NEXT_TELEMETRY_DISABLED = "1"

const { runScript, scriptOf } = await import("./support/script.mjs")
const { reportFault } = await import("./support/faults.mjs")
const { prepareCheckout } = await import("./support/checkout.mjs")

try {
  const [command = "", ...args] = process.argv.slice(2)
  const script = scriptOf(command)
  await prepareCheckout()
  process.exitCode = await runScript([...script, ...args])
} catch (error) {
  reportFault(error)
  process.exitCode = 1
}
