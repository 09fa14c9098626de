"use client"

import { Plus } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button"
import { Dialog, DialogContent, DialogTrigger } from "@/components/ui/dialog"
import { CreateKeyForm, type CreateKeyFormProps } from "./create-key-form"

/**
 * The dialog around a page that holds one or more CreateKeyButtons. It outlives the page's change from empty to
 * full, so the new secret stays on the screen; closing unmounts what is inside, and the secret is gone.
 */
export function CreateKeyDialog({ children, ...form }: CreateKeyFormProps & { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      {children}
      <DialogContent aria-describedby={undefined} onInteractOutside={(event) => event.preventDefault()}>
        <CreateKeyForm {...form} />
      </DialogContent>
    </Dialog>
  )
}

export function CreateKeyButton() {
  return (
    <DialogTrigger asChild>
      <Button>
        <Plus aria-hidden />
        Create API key
      </Button>
    </DialogTrigger>
  )
}
