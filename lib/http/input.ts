import type { z } from "zod"
import { AppError, type InputFault } from "../errors"

/** Parses with the schema. Throws invalid_input naming each field in the caller's spelling. */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AppError("invalid_input", "Some fields are missing or not acceptable.", {
    faults: inputFaults(result.error),
  })
}

const FAULTS_MAX = 50

function inputFaults(error: z.ZodError): InputFault[] {
  const faults = error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }]
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: "is not a field of this request",
    }))
  })
  return faults.slice(0, FAULTS_MAX)
}
