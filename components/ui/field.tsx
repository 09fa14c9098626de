import type { ReactNode } from "react"
import { Label } from "./label"

type FieldProps = {
  id: string
  label: string
  optional?: boolean
  hint?: ReactNode
  /** Goes on from the label: "is required". */
  error?: string | undefined
  children: (control: {
    id: string
    "aria-describedby": string | undefined
    "aria-invalid": boolean
  }) => ReactNode
}

/** A labelled control. The hint and the error are announced with it. */
export function Field({ id, label, optional, hint, error, children }: FieldProps) {
  const hintId = hint ? `${id}-hint` : undefined
  const errorId = error ? `${id}-error` : undefined
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined
  return (
    <div data-slot="field" className="grid gap-2">
      <Label htmlFor={id}>
        {label}
        {optional ? <span className="font-normal text-muted-foreground"> (optional)</span> : null}
      </Label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": Boolean(error) })}
      {error ? (
        <p id={errorId} role="alert" className="text-destructive text-sm">
          {label} {error}.
        </p>
      ) : null}
      {hint ? (
        <p id={hintId} className="text-[0.8125rem] text-muted-foreground">
          {hint}
        </p>
      ) : null}
    </div>
  )
}
