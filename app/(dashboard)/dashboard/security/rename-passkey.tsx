"use client"

import { useActionState, useState } from "react"
import { renamePasskeyAction } from "@/app/second-factors/actions"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogFooter,
  DialogHeader,
  DialogTitle,
  DialogTrigger,
} from "@/components/ui/dialog"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"

type RenamePasskeyProps = { id: string; name: string }

/** Gives a passkey another name. */
export function RenamePasskey({ id, name }: RenamePasskeyProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Dialog open={isOpen} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Rename ${name}`}>
          Rename
        </Button>
      </DialogTrigger>
      <DialogContent
        className="max-w-md"
        aria-describedby={undefined}
        onInteractOutside={(event) => event.preventDefault()}
      >
        <RenameForm id={id} name={name} onDone={() => setOpen(false)} />
      </DialogContent>
    </Dialog>
  )
}

function RenameForm({ id, name, onDone }: RenamePasskeyProps & { onDone: () => void }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(afterSuccess(withStepUp(renamePasskeyAction), onDone), null)

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-5">
      <DialogHeader>
        <DialogTitle>Rename passkey</DialogTitle>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="id" value={id} />
      <Field
        id="passkey-new-name"
        label="Name"
        error={result?.ok === false ? result.fieldErrors?.name : undefined}
      >
        {(control) => (
          <Input {...control} name="name" required maxLength={60} defaultValue={name} autoComplete="off" />
        )}
      </Field>
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save</SubmitButton>
      </DialogFooter>
    </form>
  )
}
