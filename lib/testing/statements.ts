import pg from "pg"
import { vi } from "vitest"
import { deferredTasks } from "../defer"

/** How many statements the database was given before an answer was there: what its time tells strangers first of all. */
export async function countStatements(answer: () => Promise<unknown>): Promise<number> {
  await deferredTasks()
  const query = vi.spyOn(pg.Client.prototype, "query")
  await answer().catch(() => undefined)
  const { length } = query.mock.calls
  query.mockRestore()
  await deferredTasks()
  return length
}
