"use client"

import { Checkbox } from "@/components/ui/checkbox"
import { ChoiceRow, ChoiceRows } from "@/components/ui/choice-row"
import type { Scope } from "@/lib/auth/scopes"
import type { KeyFieldProps } from "./key-fields"
import { scopeWords } from "./scope-words"

export function ScopesField({
  draft,
  onChange,
  errors,
  scopes,
}: KeyFieldProps & { scopes: readonly Scope[] }) {
  const error = Object.entries(errors ?? {}).find(([path]) => path.startsWith("scopes"))?.[1]
  return (
    <fieldset
      className="grid min-w-0 gap-2"
      aria-describedby={error ? "key-scopes-error key-scopes-hint" : "key-scopes-hint"}
    >
      <legend className="mb-2 font-medium text-sm leading-none">Scopes</legend>
      <input type="hidden" name="scopes" value={draft.scopes.join(" ")} />
      <ChoiceRows>
        {scopes.map((scope) => (
          <ChoiceRow
            key={scope}
            id={`key-scope-${scope}`}
            label={<code className="font-mono font-normal text-[0.8125rem]">{scope}</code>}
            text={scopeWords[scope]}
          >
            {(control) => (
              <Checkbox
                {...control}
                checked={draft.scopes.includes(scope)}
                onChange={(event) => onChange({ scopes: toggled(draft.scopes, scope, event.target.checked) })}
              />
            )}
          </ChoiceRow>
        ))}
      </ChoiceRows>
      {error ? (
        <p id="key-scopes-error" role="alert" className="text-destructive text-sm">
          A scope {error}.
        </p>
      ) : null}
      <p id="key-scopes-hint" className="text-[0.8125rem] text-muted-foreground">
        Only what the program needs. Without a scope it can say who it is, and nothing else.
      </p>
    </fieldset>
  )
}

function toggled(scopes: string[], scope: string, isOn: boolean): string[] {
  const others = scopes.filter((other) => other !== scope)
  return isOn ? [...others, scope] : others
}
