import { execFile } from "node:child_process"
import { promisify } from "node:util"
import pg from "pg"
import { migrate } from "../db-migrate"
import { recreateDatabase } from "../support/database"
import type { Postgres } from "../support/postgres"
import { scriptArguments } from "../support/script.mjs"
import { testVariables } from "../support/test-environment.mjs"
import { withTestPostgres } from "../support/test-postgres"
import { withAppOn } from "../support/throw-away-app"
import { loadScale, type Scale } from "./scale-data"
import type { Figure } from "./scale-figures"

const small: Scale = { keys: 1000, requests: 10_000, refreshTokens: 1000 }

/** What calls cost with many rows, next to what the same calls cost with few. */
export async function measureScale(big: Scale): Promise<void> {
  await withTestPostgres(async (postgres) => {
    const few = await load(postgres, "scale_small", small)
    const many = await load(postgres, "scale_big", big)
    const figures: [Figure[], Figure[]] = [await figuresOf(few), await figuresOf(many)]
    printTable(figures)
  })
}

async function load(postgres: Postgres, name: string, scale: Scale): Promise<string> {
  const startedAt = performance.now()
  const url = await recreateDatabase(postgres, name)
  await migrate(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await loadScale(client, scale)
  } finally {
    await client.end()
  }
  const took = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(
    `${scale.keys} keys, ${scale.requests} requests, ${scale.refreshTokens} refresh tokens: ${took} s`,
  )
  return url
}

/** In a process of its own, beside the app that answers for the pages: a process has one database. */
function figuresOf(databaseUrl: string): Promise<Figure[]> {
  return withAppOn(databaseUrl, { ...process.env, ...testVariables() }, async ({ environment }) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...scriptArguments, "scripts/bench/scale-figures.ts"],
      { env: environment, maxBuffer: 2 ** 24 },
    )
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as Figure[]
  })
}

function printTable([few, many]: [Figure[], Figure[]]): void {
  console.log("\n| | few: median, p95 in ms | many: median, p95 in ms | Ratio |\n|---|---|---|---|")
  many.forEach((figure, index) => {
    const before = few[index] ?? figure
    const text = ({ median, p95 }: Figure) => `${median.toFixed(1)}, ${p95.toFixed(1)}`
    const ratio = (figure.median / before.median).toFixed(1)
    console.log(`| ${figure.name} | ${text(before)} | ${text(figure)} | ${ratio} |`)
  })
}
