import { reportFault } from "./faults.mjs"

/** `failures` and `repeated` name tests and say what went wrong; the repeated ones passed when run again. */
export type Tally = { passed: number; failures: string[]; repeated: string[] }

export type Part = { name: string; run: () => Promise<Tally> }

type Outcome = Tally & { name: string; seconds: string }

/** Runs the parts one after the other, the later ones also when an earlier one fails, and returns an exit code. */
export async function runParts(parts: Part[]): Promise<number> {
  const outcomes: Outcome[] = []
  for (const part of parts) outcomes.push(await runPart(part))

  // Last of all, where nobody has to look for it.
  for (const { failures, repeated } of outcomes) {
    for (const failure of failures) console.log(`\n✗ ${failure}`)
    for (const failure of repeated) console.log(`\n↻ Passed when run again: ${failure}`)
  }
  console.log("")
  for (const { name, passed, failures, seconds } of outcomes) {
    console.log(
      `${failures.length ? "✗" : "✓"} ${name.padEnd(24)}${seconds.padStart(6)} s  ${passed} passed, ${failures.length} failed`,
    )
  }
  const passed = sum(outcomes.map((outcome) => outcome.passed))
  const failed = sum(outcomes.map((outcome) => outcome.failures.length))
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runPart({ name, run }: Part): Promise<Outcome> {
  console.log(`\n▸ ${name}`)
  const begun = Date.now()
  const tally = await run().catch((error: Error) => {
    reportFault(error)
    return { passed: 0, failures: [`${name}: ${error.message}`], repeated: [] }
  })
  return { name, ...tally, seconds: ((Date.now() - begun) / 1000).toFixed(1) }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
