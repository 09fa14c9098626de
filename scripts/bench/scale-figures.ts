import { db } from "@/lib/db"
import { createCalls } from "./scale-calls"

// Measures the calls against DATABASE_URL and tells its parent, because a process has one database.

const WARM_UP = 5
const TIMES = 60

export type Figure = { name: string; median: number; p95: number }

async function measureCalls(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { name, call } of await createCalls()) {
    for (let time = 0; time < WARM_UP; time++) await call()
    const milliseconds: number[] = []
    for (let time = 0; time < TIMES; time++) {
      const startedAt = performance.now()
      await call()
      milliseconds.push(performance.now() - startedAt)
    }
    figures.push({ name, ...spreadOf(milliseconds) })
    process.stderr.write(`${name}: ${spreadOf(milliseconds).median.toFixed(1)} ms\n`)
  }
  return figures
}

function spreadOf(milliseconds: number[]) {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95) }
}

const figures = await measureCalls()
await db().$disconnect()
process.stdout.write(JSON.stringify(figures))
