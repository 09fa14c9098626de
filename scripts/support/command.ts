import { reportFault } from "./faults.mjs"

type Cleanup = () => Promise<void> | void

const cleanups = new Set<Cleanup>()
const cleanupLimitMs = 15_000
let stopping: Promise<void> | undefined

/**
 * Registers what must be undone when the command ends, however it ends. The last registered runs first. The
 * returned function takes the registration back.
 */
export function onExit(cleanup: Cleanup): () => void {
  cleanups.add(cleanup)
  return () => cleanups.delete(cleanup)
}

/**
 * Runs a command's main function and turns its result into an exit code: 0, 1 after a fault, 128 + n after a
 * signal. `stoppable` commands serve until they are stopped, so for them being stopped is success.
 */
export async function runCommand(
  main: () => Promise<number | undefined>,
  { stoppable = false } = {},
): Promise<void> {
  const stop = (code: number) => void finish(stoppable ? 0 : code)
  // A terminal's Ctrl-C arrives several times: from the terminal itself, from npm and from run.mjs.
  process.on("SIGINT", () => stop(130))
  process.on("SIGTERM", () => stop(143))
  process.on("SIGHUP", () => stop(129))
  // run.mjs is gone, by SIGKILL: nobody is left to pass signals on.
  process.on("disconnect", () => stop(143))
  process.channel?.unref()
  try {
    const code = await main()
    if (code !== undefined) await finish(code)
  } catch (error) {
    if (stopping) return
    reportFault(error)
    await finish(1)
  }
}

function finish(code: number): Promise<void> {
  stopping ??= cleanUp().then(() => process.exit(code))
  return stopping
}

async function cleanUp(): Promise<void> {
  setTimeout(() => process.exit(1), cleanupLimitMs).unref()
  for (const cleanup of [...cleanups].reverse()) {
    try {
      await cleanup()
    } catch (error) {
      reportFault(error)
    }
  }
}
