import { format } from "node:util"
import pino from "pino"
import { redactSecrets } from "./redact"

/** One JSON object a line on stdout. Name the fields you log; never log a request, a header bag or a row. */
export const log = pino(
  {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  },
  { write: (line: string) => void process.stdout.write(redactSecrets(line)) },
)

/**
 * From here on what a library prints, Next above all, is a line of the log as well: one line, redacted. Faults of
 * ours are logged as errors where they are met; what Next prints beside them is a warning at most.
 */
export function captureConsole(): void {
  const through =
    (level: "info" | "warn") =>
    (...texts: unknown[]) =>
      log[level]({ source: "console" }, format(...texts))
  const [info, warn] = [through("info"), through("warn")]
  Object.assign(console, { log: info, info, warn, error: warn })
}
