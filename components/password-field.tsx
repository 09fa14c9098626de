"use client"

import { Eye, EyeOff } from "lucide-react"
import { useState } from "react"
import type { ActionResult } from "@/lib/http/action"
import { PASSWORD_LENGTH_MIN } from "@/lib/passwords/password.schema"
import { Field } from "./ui/field"
import { Input } from "./ui/input"

type PasswordFieldProps = {
  id: string
  label: string
  name: "password" | "current_password"
  /** One that exists, or one that is chosen: password managers fill in the one and offer to make the other. */
  kind: "current" | "new"
  result: ActionResult<unknown> | null
  autoFocus?: boolean
}

/** A password as it is typed, hidden until it is asked to show itself. Pasting works. */
export function PasswordField({ id, label, name, kind, result, autoFocus = false }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false)
  return (
    <Field
      id={id}
      label={label}
      hint={kind === "new" ? `At least ${PASSWORD_LENGTH_MIN} characters; a few words do well.` : undefined}
      error={result?.ok === false ? result.fieldErrors?.[name] : undefined}
    >
      {(control) => (
        <span className="relative">
          <Input
            {...control}
            name={name}
            type={isShown ? "text" : "password"}
            required
            autoFocus={autoFocus}
            autoComplete={`${kind}-password`}
            autoCapitalize="none"
            spellCheck={false}
            className="pr-10"
          />
          <button
            type="button"
            aria-label="Show characters"
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
            className="focus-ring absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md text-muted-foreground hover:text-foreground [&>svg]:size-4"
          >
            {isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </button>
        </span>
      )}
    </Field>
  )
}
