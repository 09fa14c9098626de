import Link from "next/link"
import type { ComponentProps } from "react"

const style = "focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"

/** A link in running text. */
export function TextLink(props: ComponentProps<typeof Link>) {
  return <Link {...props} className={style} />
}

/** The same that loads a whole page, also the one that is open, and so makes its forms as they were. */
export function PageLink(props: ComponentProps<"a">) {
  return <a {...props} className={style} />
}
