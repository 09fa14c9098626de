// What a call costs, in units of the cheapest one, `GET /healthz`, which only passes the listener and Next. The
// ratios come from one run on one machine, so they say something on any other; requests per second would not.

import { db } from "@/lib/db"
import { measure, type Scenario } from "./bench/measure"
import { createScenarios } from "./bench/scenarios"
import { runCommand } from "./support/command"
import { buildForProduction, isBuildCurrent } from "./support/production-build"
import { withThrowAwayApp } from "./support/throw-away-app"

const ROUNDS = 5

runCommand(async () => {
  if (!isBuildCurrent()) await buildForProduction()
  await withThrowAwayApp(async ({ url, environment }) => {
    // The scenarios write to the app's database and sign as it does.
    Object.assign(process.env, environment)
    const scenarios = await createScenarios(url)
    await measureRound(scenarios)
    const rounds: number[][] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(scenarios))
    await db().$disconnect()
    printTable(scenarios, rounds)
  })
  return 0
})

/** The rate of each, one after the other: whatever slows the machine meets all of them. */
async function measureRound(scenarios: Scenario[]): Promise<number[]> {
  const rates: number[] = []
  for (const scenario of scenarios) rates.push(await measure(scenario))
  return rates
}

function printTable(scenarios: Scenario[], rounds: number[][]): void {
  const row = ({ name }: Scenario, index: number) => {
    const costs = rounds.map((rates) => (rates[0] ?? 0) / (rates[index] ?? 0)).sort((a, b) => a - b)
    const [least, median, most] = [0, Math.floor(ROUNDS / 2), ROUNDS - 1].map((at) => costs[at]?.toFixed(1))
    return `| ${name} | ${median} | ${least} to ${most} |`
  }
  console.log(
    ["", "| Call | Times the cost of `/healthz` | Range |", "|---|---|---|", ...scenarios.map(row)].join(
      "\n",
    ),
  )
}
