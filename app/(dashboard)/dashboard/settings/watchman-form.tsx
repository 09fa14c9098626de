"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardDescription, CardFooter, CardHeader, CardTitle } from "@/components/ui/card"
import type { WatchmanMode } from "@/prisma/generated/enums"
import { setWatchmanModeAction } from "./actions"

const choices = [
  {
    mode: "notify",
    label: "Tell us",
    text: "The key goes on until one of you has looked. Nothing stops by mistake.",
  },
  {
    mode: "suspend",
    label: "Suspend the key, and tell us",
    text: "When several signs at once point to a theft, the key stops at once. Resume it with one click if it was you.",
  },
] as const

/** What the watchman does about a key that looks stolen. */
export function WatchmanForm({ mode: saved, mayChange }: { mode: WatchmanMode; mayChange: boolean }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(setWatchmanModeAction), null)
  const [mode, setMode] = useState(saved)
  return (
    <Card aria-labelledby="watchman-title">
      <form action={submit} onReset={keepWhatWasTyped}>
        <CardHeader>
          <CardTitle id="watchman-title">When a key looks stolen</CardTitle>
          <CardDescription>
            The use of each key is compared with its own past: new countries and networks, sudden volume,
            bursts of errors. Owners and admins get a mail of what is unusual, and answer it on the key’s
            page.
          </CardDescription>
        </CardHeader>
        <CardContent className="grid gap-4 pt-4">
          <FormError result={result} />
          <fieldset
            disabled={!mayChange}
            aria-labelledby="watchman-title"
            className="grid max-w-2xl divide-y rounded-md border border-input bg-card shadow-xs"
          >
            {choices.map((choice) => (
              <div key={choice.mode} className="relative flex items-start gap-3 px-3.5 py-3">
                <input
                  type="radio"
                  id={`watchman-${choice.mode}`}
                  name="mode"
                  value={choice.mode}
                  checked={mode === choice.mode}
                  onChange={() => setMode(choice.mode)}
                  aria-describedby={`watchman-${choice.mode}-text`}
                  className="focus-ring relative z-1 mt-0.5 size-4 shrink-0 accent-primary"
                />
                <div className="grid gap-0.5">
                  <label
                    htmlFor={`watchman-${choice.mode}`}
                    className="font-medium text-sm after:absolute after:inset-0"
                  >
                    {choice.label}
                  </label>
                  <p id={`watchman-${choice.mode}-text`} className="text-[0.8125rem] text-muted-foreground">
                    {choice.text}
                  </p>
                </div>
              </div>
            ))}
          </fieldset>
          {mayChange ? null : (
            <p className="text-[0.8125rem] text-muted-foreground">An owner or admin can change it.</p>
          )}
        </CardContent>
        {mayChange ? (
          <CardFooter>
            <SubmitButton>Save</SubmitButton>
            <p role="status" className="text-muted-foreground text-sm">
              {result?.ok && mode === saved ? "Saved." : null}
            </p>
          </CardFooter>
        ) : null}
      </form>
    </Card>
  )
}
