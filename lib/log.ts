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
