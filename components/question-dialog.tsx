"use client"

import type { ReactNode } from "react"
import { AlertDialog, AlertDialogContent } from "@/components/ui/alert-dialog"

type QuestionDialogProps = {
  isOpen: boolean
  onClose: () => void
  /** Focuses what opened the dialog, or what stands in its place. */
  returnFocusTo: () => void
  children: ReactNode
}

/** A question that has to be answered or left with Escape; the focus then returns to where it came from. */
export function QuestionDialog({ isOpen, onClose, returnFocusTo, children }: QuestionDialogProps) {
  return (
    <AlertDialog open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialogContent
        onCloseAutoFocus={(event) => {
          event.preventDefault()
          returnFocusTo()
        }}
      >
        {children}
      </AlertDialogContent>
    </AlertDialog>
  )
}
