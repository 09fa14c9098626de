import type { ComponentProps } from "react"
import { cn } from "@/components/cn"

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      data-slot="textarea"
      className={cn(
        "field-sizing-content min-h-16 w-full min-w-0 rounded-md border border-input bg-card px-3 py-1.5 text-base shadow-xs transition-[border-color] placeholder:text-muted-foreground md:text-sm",
        "focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-ring focus-visible:-outline-offset-1",
        "read-only:bg-muted disabled:opacity-60 aria-invalid:border-destructive",
        className,
      )}
      {...props}
    />
  )
}
