"use client"

import { useState } from "react"
import { PasskeySetup } from "@/app/second-factors/passkey-setup"
import { RecoveryCodes } from "@/app/second-factors/recovery-codes"
import { TotpSetup } from "@/app/second-factors/totp-setup"
import { Button } from "@/components/ui/button"
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog"

export type FactorTask = "passkey" | "totp" | "totp replacement" | { recoveryCodes: string[] }

type FactorDialogProps = {
  task: FactorTask | null
  suggestedName: string
  onClose: () => void
}

/** Adds a factor, and shows recovery codes where there are new ones. */
export function FactorDialog({ task, suggestedName, onClose }: FactorDialogProps) {
  return (
    <Dialog open={task !== null} onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="max-w-md" onInteractOutside={(event) => event.preventDefault()}>
        {task ? <Task task={task} suggestedName={suggestedName} onClose={onClose} /> : null}
      </DialogContent>
    </Dialog>
  )
}

function Task({ task, suggestedName, onClose }: FactorDialogProps & { task: FactorTask }) {
  const [codes, setCodes] = useState(typeof task === "object" ? task.recoveryCodes : null)

  function added(recoveryCodes: string[] | null) {
    if (recoveryCodes) setCodes(recoveryCodes)
    else onClose()
  }

  if (codes)
    return (
      <>
        <DialogHeader>
          <DialogTitle>Your recovery codes</DialogTitle>
          <DialogDescription>Save them where you keep important documents.</DialogDescription>
        </DialogHeader>
        <RecoveryCodes codes={codes} />
        <DialogFooter>
          <DialogClose asChild>
            <Button>I have saved them</Button>
          </DialogClose>
        </DialogFooter>
      </>
    )
  if (task === "passkey")
    return (
      <>
        <DialogHeader>
          <DialogTitle>Add a passkey</DialogTitle>
          <DialogDescription>
            Your fingerprint, face, screen lock or security key. It signs you in and confirms sensitive
            changes.
          </DialogDescription>
        </DialogHeader>
        <PasskeySetup suggestedName={suggestedName} onAdded={added} />
      </>
    )
  const isReplacement = task === "totp replacement"
  return (
    <>
      <DialogHeader>
        <DialogTitle>
          {isReplacement ? "Replace your authenticator app" : "Add an authenticator app"}
        </DialogTitle>
        <DialogDescription>
          {isReplacement
            ? "The one you have works until you confirm a code of the new one. From then on its codes are refused."
            : "You will be asked for its codes when you sign in and before sensitive changes."}
        </DialogDescription>
      </DialogHeader>
      <TotpSetup onAdded={added} />
    </>
  )
}
