"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardFooter } from "@/components/ui/card"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { renameOrganizationAction } from "./actions"

export function OrganizationNameForm({ name: saved, mayRename }: { name: string; mayRename: boolean }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(renameOrganizationAction), null)
  const [name, setName] = useState(saved)
  return (
    <Card>
      <form action={submit}>
        <CardContent className="grid gap-4">
          <FormError result={result} />
          <Field
            id="organization-name"
            label="Organization name"
            hint={mayRename ? "Shown to the people in it." : "An owner or admin can change it."}
            error={result?.ok === false ? result.fieldErrors?.name : undefined}
          >
            {(control) => (
              <Input
                {...control}
                name="name"
                required
                maxLength={80}
                readOnly={!mayRename}
                autoComplete="organization"
                value={name}
                onChange={(event) => setName(event.target.value)}
                className="max-w-sm"
              />
            )}
          </Field>
        </CardContent>
        {mayRename ? (
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
