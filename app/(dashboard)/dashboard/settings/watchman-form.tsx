"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardFooter } from "@/components/ui/card"
import { Field } from "@/components/ui/field"
import { NativeSelect } from "@/components/ui/native-select"
import type { WatchmanMode } from "@/prisma/generated/enums"
import { setWatchmanModeAction } from "./actions"

export function WatchmanForm({ mode: saved, mayChange }: { mode: WatchmanMode; mayChange: boolean }) {
  const [result, submit] = useActionState(setWatchmanModeAction, null)
  const [mode, setMode] = useState(saved)
  return (
    <Card>
      <form action={submit}>
        <CardContent className="grid gap-4">
          <FormError result={result} />
          <Field
            id="watchman-mode"
            label="When a key is used in a way that looks stolen"
            hint="Owners and admins get a mail either way, and every finding stands on the key’s page."
          >
            {(control) => (
              <NativeSelect
                {...control}
                name="mode"
                disabled={!mayChange}
                value={mode}
                onChange={(event) => setMode(event.target.value as WatchmanMode)}
                className="max-w-sm"
              >
                <option value="notify">Tell us, and let the key go on</option>
                <option value="suspend">Suspend the key at once</option>
              </NativeSelect>
            )}
          </Field>
        </CardContent>
        {mayChange ? (
          <CardFooter>
            <SubmitButton>Save</SubmitButton>
            <p role="status" className="text-muted-foreground text-sm">
              {result?.ok ? "Saved." : null}
            </p>
          </CardFooter>
        ) : null}
      </form>
    </Card>
  )
}
