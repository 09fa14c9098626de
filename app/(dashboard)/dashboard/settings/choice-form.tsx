"use client"

import { type ReactNode, useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardDescription, CardFooter, CardHeader, CardTitle } from "@/components/ui/card"
import { ChoiceRow, ChoiceRows } from "@/components/ui/choice-row"
import { Radio } from "@/components/ui/radio"
import type { Action } from "@/lib/http/action"

type ChoiceFormProps<Value extends string> = {
  id: string
  /** The field that the action reads. */
  name: string
  title: string
  description: ReactNode
  choices: readonly { value: Value; label: string; text: string }[]
  saved: Value
  mayChange: boolean
  action: Action<void>
}

/** A setting with a few values, each explained. */
export function ChoiceForm<Value extends string>(props: ChoiceFormProps<Value>) {
  const { id, name, title, description, choices, saved, mayChange, action } = props
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(action), null)
  const [chosen, setChosen] = useState(saved)
  return (
    <Card aria-labelledby={`${id}-title`}>
      <form action={submit} onReset={keepWhatWasTyped}>
        <CardHeader>
          <CardTitle id={`${id}-title`}>{title}</CardTitle>
          <CardDescription>{description}</CardDescription>
        </CardHeader>
        <CardContent className="grid gap-4 pt-4">
          <FormError result={result} />
          <fieldset disabled={!mayChange} aria-labelledby={`${id}-title`} className="max-w-2xl">
            <ChoiceRows>
              {choices.map(({ value, label, text }) => (
                <ChoiceRow
                  key={value}
                  id={`${id}-${value}`}
                  label={label}
                  text={text}
                  className="px-3.5 py-3"
                >
                  {(control) => (
                    <Radio
                      {...control}
                      name={name}
                      value={value}
                      checked={chosen === value}
                      onChange={() => setChosen(value)}
                    />
                  )}
                </ChoiceRow>
              ))}
            </ChoiceRows>
          </fieldset>
          {mayChange ? null : (
            <p className="text-[0.8125rem] text-muted-foreground">An owner or admin can change it.</p>
          )}
        </CardContent>
        {mayChange ? (
          <CardFooter>
            <SubmitButton>Save</SubmitButton>
            <p role="status" className="text-muted-foreground text-sm">
              {result?.ok && chosen === saved ? "Saved." : null}
            </p>
          </CardFooter>
        ) : null}
      </form>
    </Card>
  )
}
