import { pageSchema } from "@/lib/page"

/** Where a list goes on, as the address says. What is no cursor means the first page. */
export function cursorFrom(searchParams: Record<string, string | string[] | undefined>): string | undefined {
  return pageSchema.shape.cursor.safeParse(searchParams.cursor).data
}
