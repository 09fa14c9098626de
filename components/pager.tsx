import { ArrowLeftToLine, ArrowRight } from "lucide-react"
import type { Route } from "next"
import Link from "next/link"
import { Button } from "@/components/ui/button"

type PagerProps = { path: Route; cursor: string | undefined; nextCursor: string | null }

/** Walks a list that is read page by page, newest first. Draws nothing when there is but one page. */
export function Pager({ path, cursor, nextCursor }: PagerProps) {
  if (!cursor && !nextCursor) return null
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-between gap-2">
      {cursor ? (
        <Button asChild variant="outline" size="sm">
          <Link href={path}>
            <ArrowLeftToLine aria-hidden />
            Newest
          </Link>
        </Button>
      ) : null}
      {nextCursor ? (
        <Button asChild variant="outline" size="sm" className="ml-auto">
          <Link href={{ pathname: path, query: { cursor: nextCursor } }}>
            Next
            <ArrowRight aria-hidden />
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}
