"use client"

import { ChoiceRow, ChoiceRows } from "@/components/ui/choice-row"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { Radio } from "@/components/ui/radio"
import { OVERLAP_SECONDS_MAX } from "@/lib/api-keys/api-keys.schema"
import { type OverlapChoice, overlapChoices } from "./api-key-form.schema"

type OverlapFieldProps = {
  /** Of the secret that is replaced. */
  lastFour: string
  choice: OverlapChoice
  onChoose: (choice: OverlapChoice) => void
  seconds: string
  onSeconds: (text: string) => void
  error: string | undefined
}

const words: Record<OverlapChoice, { label: string; text: string }> = {
  "0": { label: "Not at all", text: "Programs fail until they have the new one. Earlier secrets end, too." },
  "3600": { label: "1 hour", text: "Time to change a setting and restart." },
  "86400": { label: "24 hours", text: "Time for a release, the longest there is." },
  custom: { label: "Some other time", text: "In seconds." },
}

export function OverlapField({ lastFour, choice, onChoose, seconds, onSeconds, error }: OverlapFieldProps) {
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 font-medium text-sm leading-none">
        How long should <code className="font-mono">sk_…{lastFour}</code> go on working?
      </legend>
      <ChoiceRows>
        {overlapChoices.map((value) => (
          <ChoiceRow key={value} id={`overlap-${value}`} {...words[value]}>
            {(control) => (
              <Radio
                {...control}
                name="overlap"
                value={value}
                checked={choice === value}
                onChange={() => onChoose(value)}
              />
            )}
          </ChoiceRow>
        ))}
      </ChoiceRows>
      {choice === "custom" ? (
        <div className="mt-2">
          <Field
            id="overlap-seconds"
            label="Seconds"
            error={error}
            hint={`From 0 to ${OVERLAP_SECONDS_MAX}.`}
          >
            {(control) => (
              <Input
                {...control}
                name="overlap_seconds"
                type="number"
                inputMode="numeric"
                required
                min={0}
                max={OVERLAP_SECONDS_MAX}
                step={1}
                value={seconds}
                onChange={(event) => onSeconds(event.target.value)}
                className="max-w-40"
              />
            )}
          </Field>
        </div>
      ) : null}
    </fieldset>
  )
}
