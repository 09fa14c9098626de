import { Check } from "lucide-react"
import type { ComponentProps } from "react"
import { cn } from "@/components/cn"

/** A native checkbox in the look of the other controls. */
export function Checkbox({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  return (
    <span className={cn("relative inline-grid size-4 shrink-0", className)}>
      <input
        type="checkbox"
        data-slot="checkbox"
        className="focus-ring peer col-start-1 row-start-1 size-4 cursor-pointer appearance-none rounded-sm border border-input bg-card shadow-xs checked:border-primary checked:bg-primary"
        {...props}
      />
      <Check
        aria-hidden
        strokeWidth={3}
        className="pointer-events-none invisible relative col-start-1 row-start-1 m-0.5 size-3 text-primary-foreground peer-checked:visible"
      />
    </span>
  )
}
