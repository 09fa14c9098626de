import type { ReactNode } from "react"
import { cn } from "@/components/cn"

type ChoiceRowProps = {
  id: string
  label: ReactNode
  text: string
  className?: string
  /** A radio button or a checkbox. */
  children: (control: { id: string; "aria-describedby": string; className: string }) => ReactNode
}

/** A control with its words beside it; the whole row is its label. */
export function ChoiceRow({ id, label, text, className, children }: ChoiceRowProps) {
  return (
    <div data-slot="choice-row" className={cn("relative flex items-start gap-3 px-3 py-2.5", className)}>
      {children({ id, "aria-describedby": `${id}-text`, className: "relative z-1 mt-0.5" })}
      <div className="grid gap-0.5">
        <label
          htmlFor={id}
          className="cursor-pointer in-disabled:cursor-default font-medium text-sm after:absolute after:inset-0"
        >
          {label}
        </label>
        <p id={`${id}-text`} className="text-[0.8125rem] text-muted-foreground">
          {text}
        </p>
      </div>
    </div>
  )
}

/** The frame around choices. */
export function ChoiceRows({ children }: { children: ReactNode }) {
  return <div className="divide-y rounded-md border border-input bg-card shadow-xs">{children}</div>
}
