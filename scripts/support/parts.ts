import { reportFault } from "./faults.mjs"

/** `failures` and `repeated` name tests and say what went wrong; the repeated ones passed when run again. */
export type Tally = { passed: number; failures: string[]; repeated: string[] }

export type Part = { name: string; run: () => Promise<Tally> }

type Outcome = Tally & { name: string; seconds: string }

/** Runs the parts one after the other, the later ones also when an earlier one fails, and returns an exit code. */
export async function runParts(parts: Part[]): Promise<number> {
  const outcomes: Outcome[] = []
  for (const part of parts) outcomes.push(await runPart(part))

  const all = addTallies(outcomes)
  // Last of all, where nobody has to look for it.
  for (const failure of all.failures) console.log(`\n✗ ${failure}`)
  for (const failure of all.repeated) console.log(`\n↻ Passed when run again: ${failure}`)
  console.log("")
  for (const { name, passed, failures, seconds } of outcomes) {
    console.log(
      `${failures.length ? "✗" : "✓"} ${name.padEnd(24)}${seconds.padStart(6)} s  ${passed} passed, ${failures.length} failed`,
    )
  }
  console.log(`\n${all.passed} passed, ${all.failures.length} failed`)
  return all.failures.length === 0 ? 0 : 1
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

export function addTallies(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    repeated: tallies.flatMap(({ repeated }) => repeated),
  }
}
