"use client"

import { Check, Copy } from "lucide-react"
import { type ComponentProps, useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { cn } from "./cn"

type CopyButtonProps = Omit<ComponentProps<typeof Button>, "value" | "onClick"> & { value: string }

/** Puts `value` on the clipboard and says so, on the screen and to screen readers. Its width stays. */
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

  const copied = outcome === "copied"
  return (
    <>
      <Button variant={variant} size={size} onClick={copy} {...props}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
        <span className="grid *:col-start-1 *:row-start-1">
          <span className={cn(copied && "invisible")}>Copy</span>
          <span className={cn(!copied && "invisible")}>Copied</span>
        </span>
      </Button>
      <span
        role="status"
        className={outcome === "refused" ? "basis-full text-destructive text-sm" : "sr-only"}
      >
        {copied ? "Copied to the clipboard" : null}
        {outcome === "refused" ? "The browser refused. Select the text and copy it by hand." : null}
      </span>
    </>
  )
}
