// What a call costs, in units of the cheapest one, `GET /healthz`, which only passes the listener and Next. The
// ratios come from one run on one machine, so they say something on any other; requests per second would not.
// With --scale: what calls cost with a million keys and ten million requests, next to the same with a thousand.

import { db } from "@/lib/db"
import { measure, type Scenario } from "./bench/measure"
import { measureScale } from "./bench/scale"
import { createScenarios } from "./bench/scenarios"
import { readArguments } from "./support/arguments"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"
import { buildForProduction, isBuildCurrent } from "./support/production-build"
import { withThrowAwayApp } from "./support/throw-away-app"

const ROUNDS = 5
const options = {
  scale: { type: "boolean" },
  keys: { type: "string", default: "1000000" },
  requests: { type: "string", default: "10000000" },
  "refresh-tokens": { type: "string", default: "1000000" },
} as const
const USAGE = "npm run bench [-- --scale [--keys N] [--requests N] [--refresh-tokens N]]"

runCommand(async () => {
  const { values } = readArguments({ options }, USAGE)
  if (!isBuildCurrent()) await buildForProduction()
  if (values.scale) {
    await measureScale({
      keys: numberOf(values.keys),
      requests: numberOf(values.requests),
      refreshTokens: numberOf(values["refresh-tokens"]),
    })
    return 0
  }
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

function numberOf(text: string): number {
  if (!/^[1-9]\d{3,8}$/.test(text)) throw new ExpectedFault(`From 1000 on, in digits: ${text}\n${USAGE}`)
  return Number(text)
}

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
