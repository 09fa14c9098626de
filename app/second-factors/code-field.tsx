import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import type { ActionResult } from "@/lib/http/action"

type CodeFieldProps = { id: string; result: ActionResult<unknown> | null; autoFocus?: boolean }

/** A code of an authenticator app, or a recovery code. */
export function CodeField({ id, result, autoFocus = false }: CodeFieldProps) {
  return (
    <Field
      id={id}
      label="Code"
      hint="Six digits from your authenticator app, or one of your recovery codes."
      error={result?.ok === false ? result.fieldErrors?.code : undefined}
    >
      {(control) => (
        <Input
          {...control}
          name="code"
          required
          autoFocus={autoFocus}
          maxLength={40}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono tracking-wider"
        />
      )}
    </Field>
  )
}
