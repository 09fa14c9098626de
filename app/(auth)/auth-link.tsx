import Link from "next/link"
import type { ComponentProps } from "react"

/** A link in the running text of a card. */
export function AuthLink(props: ComponentProps<typeof Link>) {
  return (
    <Link
      {...props}
      className="focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"
    />
  )
}
