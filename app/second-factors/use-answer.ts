"use client"

import { type SyntheticEvent, useState } from "react"
import type { ActionResult } from "@/lib/http/action"
import { unreachable } from "./unreachable"

type Answer = ActionResult<void>

/**
 * Sends a form without React's actions. This one is open while the action that asked for it waits, and React shows
 * nothing of one action before all of them are done.
 */
export function useAnswer(send: (form: FormData) => Promise<Answer>, onDone: () => void) {
  const [result, setResult] = useState<Answer | null>(null)
  const [isPending, setPending] = useState(false)

  async function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault()
    if (isPending) return
    setPending(true)
    const form = new FormData(event.currentTarget)
    // Outside of the event, or React takes what Next starts in it for an action of this form.
    const answer = await Promise.resolve()
      .then(() => send(form))
      .catch(() => unreachable)
    setPending(false)
    setResult(answer)
    if (answer.ok) onDone()
  }

  return { result, isPending, submit }
}
