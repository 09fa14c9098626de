import type { ComponentProps } from "react"
import { cn } from "@/components/cn"

type SectionTitleProps = ComponentProps<"h2"> & { as?: "h2" | "h3" }

/** The heading of a part of a page. */
export function SectionTitle({ as: Heading = "h2", className, ...props }: SectionTitleProps) {
  return (
    <Heading
      data-slot="section-title"
      className={cn("font-semibold text-[0.9375rem] tracking-tight", className)}
      {...props}
    />
  )
}
