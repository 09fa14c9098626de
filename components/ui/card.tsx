import type { ComponentProps } from "react"
import { cn } from "@/components/cn"
import { SectionTitle } from "./section-title"

export function Card({ className, ...props }: ComponentProps<"section">) {
  return (
    <section
      data-slot="card"
      className={cn("rounded-xl border bg-card text-card-foreground shadow-xs", className)}
      {...props}
    />
  )
}

export function CardHeader({ className, ...props }: ComponentProps<"div">) {
  return <div data-slot="card-header" className={cn("grid gap-1 px-5 pt-5", className)} {...props} />
}

export function CardTitle(props: ComponentProps<typeof SectionTitle>) {
  return <SectionTitle data-slot="card-title" {...props} />
}

export function CardDescription({ className, ...props }: ComponentProps<"p">) {
  return (
    <p data-slot="card-description" className={cn("text-muted-foreground text-sm", className)} {...props} />
  )
}

export function CardContent({ className, ...props }: ComponentProps<"div">) {
  return <div data-slot="card-content" className={cn("p-5", className)} {...props} />
}

export function CardFooter({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      data-slot="card-footer"
      className={cn("flex items-center gap-3 rounded-b-xl border-t bg-muted/50 px-5 py-3", className)}
      {...props}
    />
  )
}
