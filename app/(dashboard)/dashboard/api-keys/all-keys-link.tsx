import { ArrowLeft } from "lucide-react"
import Link from "next/link"
import { cn } from "@/components/cn"

/** Back to the list, above the heading of a page that came from it. */
export function AllKeysLink({ className }: { className?: string }) {
  return (
    <Link
      href="/dashboard/api-keys"
      className={cn(
        "focus-ring inline-flex items-center gap-1.5 rounded-sm text-muted-foreground text-sm hover:text-foreground",
        className,
      )}
    >
      <ArrowLeft aria-hidden className="size-4" />
      All keys
    </Link>
  )
}
