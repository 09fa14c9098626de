import type { ComponentProps } from "react"
import { cn } from "@/components/cn"

/** A native radio button in the look of the other controls. */
export function Radio({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  return (
    <input
      type="radio"
      data-slot="radio"
      className={cn(
        "focus-ring size-4 shrink-0 cursor-pointer appearance-none rounded-full border border-input bg-card shadow-xs checked:border-[5px] checked:border-primary disabled:cursor-default disabled:opacity-60",
        className,
      )}
      {...props}
    />
  )
}
