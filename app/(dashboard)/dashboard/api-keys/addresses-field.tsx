"use client"

import { Label } from "@/components/ui/label"
import { Textarea } from "@/components/ui/textarea"
import { filledLines } from "./api-key-form.schema"
import type { KeyFieldProps } from "./key-fields"

/** One network a line, each with its own fault. `sent` is the text the faults are about. */
export function AddressesField({ draft, onChange, errors, sent }: KeyFieldProps & { sent: string }) {
  const faults = addressFaults(errors, sent)
  const describedBy = faults.length > 0 ? "key-addresses-error key-addresses-hint" : "key-addresses-hint"
  return (
    <div className="grid gap-2">
      <Label htmlFor="key-addresses">
        Allowed addresses
        <span className="font-normal text-muted-foreground"> (optional)</span>
      </Label>
      <Textarea
        id="key-addresses"
        name="allowed_cidrs"
        rows={3}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        placeholder={"203.0.113.0/24\n2001:db8::/32"}
        aria-describedby={describedBy}
        aria-invalid={faults.length > 0}
        value={draft.allowedCidrs}
        onChange={(event) => onChange({ allowedCidrs: event.target.value })}
        className="max-h-48 font-mono md:text-[0.8125rem]"
      />
      {faults.length > 0 ? (
        <div id="key-addresses-error" role="alert">
          <ul className="grid gap-1 text-destructive text-sm">
            {faults.map(({ subject, message }) => (
              <li key={subject} className="wrap-anywhere">
                <span className="font-medium">{subject}</span> {message}.
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <p id="key-addresses-hint" className="text-[0.8125rem] text-muted-foreground">
        One address or network a line. Left empty, the key works from anywhere.
      </p>
    </div>
  )
}

function addressFaults(errors: Record<string, string> | undefined, sent: string) {
  const lines = filledLines(sent)
  return Object.entries(errors ?? {}).flatMap(([path, message]) => {
    const [field, index] = path.split(".")
    if (field !== "allowed_cidrs") return []
    return [{ subject: index ? (lines[Number(index)] ?? `Line ${index}`) : "The addresses", message }]
  })
}
