"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardDescription, CardFooter, CardHeader, CardTitle } from "@/components/ui/card"
import type { SecondFactorPolicy } from "@/prisma/generated/enums"
import { setSecondFactorPolicyAction } from "./actions"

const choices = [
  {
    policy: "optional",
    label: "Leave it to each person",
    text: "Whoever has none confirms sensitive changes by signing in again.",
  },
  {
    policy: "step_up",
    label: "For sensitive changes",
    text: "Keys, members and settings are changed only with a second factor. A fresh sign-in is not enough.",
  },
  {
    policy: "required",
    label: "Always",
    text: "Nothing of this organization opens without one, in browsers and in programs, from the next request on.",
  },
] as const

type SecondFactorPolicyFormProps = {
  policy: SecondFactorPolicy
  /** How many people have no second factor yet. */
  without: number
  mayChange: boolean
}

/** What the organization asks of its people. */
export function SecondFactorPolicyForm({ policy: saved, without, mayChange }: SecondFactorPolicyFormProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(setSecondFactorPolicyAction), null)
  const [policy, setPolicy] = useState(saved)
  return (
    <Card aria-labelledby="second-factor-policy-title">
      <form action={submit} onReset={keepWhatWasTyped}>
        <CardHeader>
          <CardTitle id="second-factor-policy-title">Second factors</CardTitle>
          <CardDescription>
            When people of this organization need more than their provider’s word.{" "}
            {without === 0
              ? "Everybody has one."
              : `${without} ${without === 1 ? "person has" : "people have"} none yet.`}
          </CardDescription>
        </CardHeader>
        <CardContent className="grid gap-4 pt-4">
          <FormError result={result} />
          <fieldset
            disabled={!mayChange}
            aria-labelledby="second-factor-policy-title"
            className="grid max-w-2xl divide-y rounded-md border border-input bg-card shadow-xs"
          >
            {choices.map((choice) => (
              <div key={choice.policy} className="relative flex items-start gap-3 px-3.5 py-3">
                <input
                  type="radio"
                  id={`second-factor-${choice.policy}`}
                  name="policy"
                  value={choice.policy}
                  checked={policy === choice.policy}
                  onChange={() => setPolicy(choice.policy)}
                  aria-describedby={`second-factor-${choice.policy}-text`}
                  className="focus-ring relative z-1 mt-0.5 size-4 shrink-0 accent-primary"
                />
                <div className="grid gap-0.5">
                  <label
                    htmlFor={`second-factor-${choice.policy}`}
                    className="font-medium text-sm after:absolute after:inset-0"
                  >
                    {choice.label}
                  </label>
                  <p
                    id={`second-factor-${choice.policy}-text`}
                    className="text-[0.8125rem] text-muted-foreground"
                  >
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
              {result?.ok && policy === saved ? "Saved." : null}
            </p>
          </CardFooter>
        ) : null}
      </form>
    </Card>
  )
}
