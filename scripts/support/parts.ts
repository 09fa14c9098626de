import { reportFault } from "./faults.mjs"

export type Tally = { passed: number; failed: number }

export type Part = { name: string; run: () => Promise<Tally> }

type Outcome = Tally & { name: string; seconds: string }

/** Runs the parts one after the other, the later ones also when an earlier one fails, and returns an exit code. */
export async function runParts(parts: Part[]): Promise<number> {
  const outcomes: Outcome[] = []
  for (const part of parts) outcomes.push(await runPart(part))

  console.log("")
  for (const { name, passed, failed, seconds } of outcomes) {
    console.log(
      `${failed ? "✗" : "✓"} ${name.padEnd(24)}${seconds.padStart(6)} s  ${passed} passed, ${failed} failed`,
    )
  }
  const passed = sum(outcomes.map((outcome) => outcome.passed))
  const failed = sum(outcomes.map((outcome) => outcome.failed))
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runPart({ name, run }: Part): Promise<Outcome> {
  console.log(`\n▸ ${name}`)
  const begun = Date.now()
  const tally = await run().catch((error: unknown) => {
    reportFault(error)
    return { passed: 0, failed: 1 }
  })
  return { name, ...tally, seconds: ((Date.now() - begun) / 1000).toFixed(1) }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
