import type { ComponentProps, ReactNode } from "react"
import { cn } from "@/components/cn"

type EmptyProps = Omit<ComponentProps<"div">, "title"> & {
  icon: ReactNode
  title: string
  actions?: ReactNode
}

/** What stands where a list would be: why there is nothing, and the way on. */
export function Empty({ icon, title, actions, children, className, ...props }: EmptyProps) {
  return (
    <div
      data-slot="empty"
      className={cn(
        "flex flex-col items-center rounded-xl border border-dashed bg-card/50 px-6 py-14 text-center",
        className,
      )}
      {...props}
    >
      <div className="mb-4 grid size-11 place-items-center rounded-xl border bg-card text-muted-foreground shadow-xs [&_svg]:size-5">
        {icon}
      </div>
      <h2 className="font-semibold text-base tracking-tight">{title}</h2>
      <div className="mt-1.5 max-w-md text-muted-foreground text-sm">{children}</div>
      {actions ? <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}
