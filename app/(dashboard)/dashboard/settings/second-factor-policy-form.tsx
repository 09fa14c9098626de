import type { SecondFactorPolicy } from "@/prisma/generated/enums"
import { setSecondFactorPolicyAction } from "./actions"
import { ChoiceForm } from "./choice-form"

const choices = [
  {
    value: "optional",
    label: "Leave it to each person",
    text: "Whoever has none confirms sensitive changes by signing in again.",
  },
  {
    value: "step_up",
    label: "For sensitive changes",
    text: "Keys, members and settings are changed only with a second factor. A fresh sign-in is not enough.",
  },
  {
    value: "required",
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
export function SecondFactorPolicyForm({ policy, without, mayChange }: SecondFactorPolicyFormProps) {
  const count =
    without === 0
      ? "Everybody has one."
      : `${without} ${without === 1 ? "person has" : "people have"} none yet.`
  return (
    <ChoiceForm
      id="second-factor-policy"
      name="policy"
      title="Second factors"
      description={`When people of this organization need more than their provider’s word. ${count}`}
      choices={choices}
      saved={policy}
      mayChange={mayChange}
      action={setSecondFactorPolicyAction}
    />
  )
}
