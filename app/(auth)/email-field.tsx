import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import type { ActionResult } from "@/lib/http/action"

type EmailFieldProps = {
  result: ActionResult<unknown> | null
  /** What the browser may fill in. */
  autoComplete: "email" | "username webauthn"
}

export function EmailField({ result, autoComplete }: EmailFieldProps) {
  return (
    <Field
      id="email"
      label="E-mail address"
      error={result?.ok === false ? result.fieldErrors?.email : undefined}
    >
      {(control) => (
        <Input
          {...control}
          name="email"
          type="email"
          required
          maxLength={254}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
    </Field>
  )
}

/** The address that a link was mailed to. It also tells password managers whose password this is. */
export function KnownEmail({ email }: { email: string }) {
  return (
    <Field id="email" label="E-mail address">
      {(control) => <Input {...control} type="email" value={email} readOnly autoComplete="username" />}
    </Field>
  )
}
