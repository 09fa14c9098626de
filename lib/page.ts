import { z } from "zod"
import { id } from "./input"

/** One page of a list, newest first. */
export type Page<T> = { items: T[]; nextCursor: string | null }

const PAGE_LIMIT = 20

export const pageSchema = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, "must be a whole number from 1 to 100")
    .transform(Number)
    .default(PAGE_LIMIT),
  /** The id of the last item of the page before. */
  cursor: id().optional(),
})

export type PageInput = Partial<z.output<typeof pageSchema>>

/** The clauses that read one row more than the page holds; toPage() tells by it whether there is a next page. */
export function pageQuery(input: PageInput) {
  const { limit = PAGE_LIMIT, cursor } = input
  return { limit, take: limit + 1, before: cursor ? { id: { lt: cursor } } : {} }
}

/** The page that `rows`, read with pageQuery(), make. */
export function toPage<Row extends { id: string }, T>(
  rows: Row[],
  limit: number,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(view), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
