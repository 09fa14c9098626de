"use client"

import { Check, Copy } from "lucide-react"
import { type ComponentProps, useEffect, useState } from "react"
import { Button } from "@/components/ui/button"

type CopyButtonProps = Omit<ComponentProps<typeof Button>, "value" | "onClick"> & { value: string }

/** Puts `value` on the clipboard and says so, on the screen and to screen readers. */
export function CopyButton({ value, variant = "outline", size = "sm", ...props }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "refused">()

  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), 2500)
    return () => clearTimeout(timer)
  }, [outcome])

  async function copy() {
    try {
      await navigator.clipboard.writeText(value)
      setOutcome("copied")
    } catch {
      setOutcome("refused")
    }
  }

  return (
    <>
      <Button variant={variant} size={size} onClick={copy} {...props}>
        {outcome === "copied" ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
        Copy
      </Button>
      <span role="status" className="sr-only">
        {outcome === "copied" ? "Copied to the clipboard" : null}
        {outcome === "refused" ? "The browser refused. Select the text and copy it by hand." : null}
      </span>
    </>
  )
}
