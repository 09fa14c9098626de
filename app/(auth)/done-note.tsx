"use client"

import { type ReactNode, useEffect, useRef } from "react"
import { Alert } from "@/components/ui/alert"

/** Takes the place of a form that is done, and its focus: the button that had it is gone. */
export function DoneNote({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  const note = useRef<HTMLDivElement>(null)

  useEffect(() => note.current?.focus(), [])

  return (
    <Alert ref={note} tabIndex={-1} variant="neutral" role="status" className="outline-none">
      {icon}
      <p>{children}</p>
    </Alert>
  )
}
