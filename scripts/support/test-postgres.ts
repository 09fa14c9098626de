import { type Postgres, startPostgres } from "./postgres"

/** The tests' own server: its data are thrown away, and it never meets the one that `npm run dev` uses. */
export function startTestPostgres(): Promise<Postgres> {
  return startPostgres({ name: "test-postgres", port: { from: 54_429, attempts: 50 }, durable: false })
}

export async function withTestPostgres<T>(work: (postgres: Postgres) => Promise<T>): Promise<T> {
  const postgres = await startTestPostgres()
  try {
    return await work(postgres)
  } finally {
    await postgres.release()
  }
}
