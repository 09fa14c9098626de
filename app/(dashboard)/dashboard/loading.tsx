import { Skeleton } from "@/components/ui/skeleton"

const rows = ["a", "b", "c", "d", "e"]

export default function DashboardLoading() {
  return (
    <div role="status">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-8 w-44" />
      <Skeleton className="mt-3 h-4 w-72 max-w-full" />
      <div className="mt-8 divide-y rounded-xl border bg-card">
        {rows.map((row) => (
          <div key={row} className="flex items-center justify-between gap-6 px-5 py-4">
            <Skeleton className="h-4 w-1/3" />
            <Skeleton className="h-4 w-20" />
          </div>
        ))}
      </div>
    </div>
  )
}
