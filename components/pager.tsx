import { ArrowLeftToLine, ArrowRight } from "lucide-react"
import type { Route } from "next"
import Link from "next/link"
import { Button } from "@/components/ui/button"

type PagerProps = {
  path: Route
  cursor: string | undefined
  nextCursor: string | null
  /** What else the address of the list says; it is kept on every page. */
  query?: Record<string, string>
}

/** Walks a list that is read page by page. Draws nothing when there is but one page. */
export function Pager({ path, cursor, nextCursor, query = {} }: PagerProps) {
  if (!cursor && !nextCursor) return null
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-between gap-2">
      {cursor ? (
        <Button asChild variant="outline" size="sm">
          <Link href={{ pathname: path, query }}>
            <ArrowLeftToLine aria-hidden />
            First page
          </Link>
        </Button>
      ) : null}
      {nextCursor ? (
        <Button asChild variant="outline" size="sm" className="ml-auto">
          <Link href={{ pathname: path, query: { ...query, cursor: nextCursor } }}>
            Next
            <ArrowRight aria-hidden />
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}
