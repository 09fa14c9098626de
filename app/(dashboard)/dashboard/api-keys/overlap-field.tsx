"use client"

import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { Radio } from "@/components/ui/radio"
import { OVERLAP_MAX } from "@/lib/api-keys/api-keys.schema"
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
      <div className="divide-y rounded-md border border-input bg-card shadow-xs">
        {overlapChoices.map((value) => (
          <div key={value} className="relative flex items-start gap-3 px-3 py-2.5">
            <Radio
              id={`overlap-${value}`}
              name="overlap"
              value={value}
              aria-describedby={`overlap-${value}-words`}
              className="relative z-1 mt-0.5"
              checked={choice === value}
              onChange={() => onChoose(value)}
            />
            <div className="grid gap-0.5">
              <label
                htmlFor={`overlap-${value}`}
                className="cursor-pointer font-medium text-sm after:absolute after:inset-0"
              >
                {words[value].label}
              </label>
              <p id={`overlap-${value}-words`} className="text-[0.8125rem] text-muted-foreground">
                {words[value].text}
              </p>
            </div>
          </div>
        ))}
      </div>
      {choice === "custom" ? (
        <div className="mt-2">
          <Field id="overlap-seconds" label="Seconds" error={error} hint={`From 0 to ${OVERLAP_MAX}.`}>
            {(control) => (
              <Input
                {...control}
                name="overlap_seconds"
                type="number"
                inputMode="numeric"
                required
                min={0}
                max={OVERLAP_MAX}
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
