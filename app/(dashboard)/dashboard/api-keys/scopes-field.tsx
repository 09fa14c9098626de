"use client"

import { Checkbox } from "@/components/ui/checkbox"
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
      <div className="divide-y rounded-md border border-input bg-card shadow-xs">
        {scopes.map((scope) => (
          <div key={scope} className="relative flex items-start gap-3 px-3 py-2.5">
            <Checkbox
              id={`key-scope-${scope}`}
              aria-describedby={`key-scope-${scope}-words`}
              className="relative z-1 mt-0.5"
              checked={draft.scopes.includes(scope)}
              onChange={(event) => onChange({ scopes: toggled(draft.scopes, scope, event.target.checked) })}
            />
            <div className="grid gap-0.5">
              <label
                htmlFor={`key-scope-${scope}`}
                className="cursor-pointer font-mono text-[0.8125rem] after:absolute after:inset-0"
              >
                {scope}
              </label>
              <p id={`key-scope-${scope}-words`} className="text-[0.8125rem] text-muted-foreground">
                {scopeWords[scope]}
              </p>
            </div>
          </div>
        ))}
      </div>
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
