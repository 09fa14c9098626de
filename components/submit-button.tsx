"use client"

import { LoaderCircle } from "lucide-react"
import type { ComponentProps } from "react"
import { useFormStatus } from "react-dom"
import { Button } from "@/components/ui/button"
import { cn } from "./cn"

type SubmitButtonProps = ComponentProps<typeof Button> & {
  /** For a form that has no action and says so itself. */
  isPending?: boolean
}

/** Shows that its form is on the way and keeps it from being sent twice. It keeps its width and its focus. */
export function SubmitButton({ children, className, onClick, isPending, ...props }: SubmitButtonProps) {
  const { pending: isSubmitting } = useFormStatus()
  const pending = isPending || isSubmitting
  return (
    <Button
      type="submit"
      aria-disabled={pending}
      className={cn("relative", className)}
      onClick={(event) => (pending ? event.preventDefault() : onClick?.(event))}
      {...props}
    >
      <span className={cn("inline-flex items-center gap-2", pending && "opacity-0")}>{children}</span>
      {pending ? (
        <span className="absolute inset-0 grid place-items-center">
          <LoaderCircle aria-hidden className="animate-spin" />
        </span>
      ) : null}
    </Button>
  )
}
