"use client"

import Link from "next/link"
import { useActionState, useRef, useState } from "react"
import { FormError } from "@/components/form-error"
import { QuestionDialog } from "@/components/question-dialog"
import { SubmitButton } from "@/components/submit-button"
import { Timestamp } from "@/components/timestamp"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { PostureKey } from "@/lib/api-keys/posture"
import type { PostureChange } from "@/lib/api-keys/posture.schema"
import { applyPostureAction } from "./actions"

type PostureGroupProps = {
  title: string
  why: string
  keys: (PostureKey & { unusedScopes?: string[] })[]
  change: { name: PostureChange; label: string; isDestructive?: boolean }
  mayWrite: boolean
  now: Date
}

/** Keys with one fault in common, and the button that mends it for those that are chosen. */
export function PostureGroup({ title, why, keys, change, mayWrite, now }: PostureGroupProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState(false)
  const [result, submit] = useActionState(applyPostureAction, null)
  const form = useRef<HTMLFormElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  if (keys.length === 0) return null
  // What was mended is no longer here, nor chosen.
  const ids = keys.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
  const count = `${ids.length} ${ids.length === 1 ? "key" : "keys"}`

  function choose(id: string, isChosen: boolean) {
    const next = new Set(ids)
    if (isChosen) next.add(id)
    else next.delete(id)
    setChosen(next)
  }

  return (
    <Card aria-label={title}>
      <CardHeader className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <CardTitle>
            {title} <span className="text-muted-foreground tabular-nums">{keys.length}</span>
          </CardTitle>
          <CardDescription>{why}</CardDescription>
        </div>
        {mayWrite ? (
          <form ref={form} action={submit}>
            <input type="hidden" name="ids" value={ids.join(",")} />
            <input type="hidden" name="change" value={change.name} />
            <SubmitButton
              ref={button}
              variant={change.isDestructive ? "destructive" : "outline"}
              aria-haspopup="dialog"
              aria-disabled={ids.length === 0}
              onClick={(event) => {
                event.preventDefault()
                setAsking(ids.length > 0)
              }}
            >
              {change.label}
            </SubmitButton>
          </form>
        ) : null}
      </CardHeader>
      <div className="px-5 pt-3">
        <FormError result={result} />
      </div>
      <ul className="divide-y px-5 pb-2">
        {mayWrite && keys.length > 1 ? (
          <li className="py-2.5">
            <label className="flex w-fit items-center gap-3 text-muted-foreground text-sm">
              <input
                type="checkbox"
                className="focus-ring size-4 accent-primary"
                checked={ids.length === keys.length}
                onChange={(event) => setChosen(new Set(event.target.checked ? keys.map(({ id }) => id) : []))}
              />
              All of them
            </label>
          </li>
        ) : null}
        {keys.map((key) => (
          <li key={key.id} className="flex items-center gap-3 py-2.5 text-sm">
            {mayWrite ? (
              <input
                type="checkbox"
                aria-label={`Choose ${key.name}`}
                className="focus-ring size-4 accent-primary"
                checked={chosen.has(key.id)}
                onChange={(event) => choose(key.id, event.target.checked)}
              />
            ) : null}
            <Link
              href={`/dashboard/api-keys/${key.id}`}
              className="focus-ring min-w-0 truncate rounded-sm font-medium hover:underline"
            >
              {key.name}
            </Link>
            <code className="hidden font-mono text-[0.8125rem] text-muted-foreground sm:inline">
              sk_…{key.lastFour}
            </code>
            <span className="ml-auto shrink-0 text-[0.8125rem] text-muted-foreground">
              {key.unusedScopes ? (
                `without need: ${key.unusedScopes.join(", ")}`
              ) : (
                <LastUse at={key.lastUsedAt} now={now} />
              )}
            </span>
          </li>
        ))}
      </ul>
      <QuestionDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        returnFocusTo={() => button.current?.focus()}
      >
        <DialogHeader className="pr-0">
          <AlertDialogTitle>
            {change.label}: {count}?
          </AlertDialogTitle>
          <AlertDialogDescription>
            {change.isDestructive
              ? "Programs that use them are refused at once. Each can be restored for an hour."
              : "It counts from their next request on. Each key’s settings can change it again."}
          </AlertDialogDescription>
        </DialogHeader>
        <DialogFooter>
          <AlertDialogCancel asChild>
            <Button variant="outline">Cancel</Button>
          </AlertDialogCancel>
          <Button
            variant={change.isDestructive ? "destructive" : "primary"}
            onClick={() => {
              setAsking(false)
              form.current?.requestSubmit()
            }}
          >
            {change.label}
          </Button>
        </DialogFooter>
      </QuestionDialog>
    </Card>
  )
}

function LastUse({ at, now }: { at: Date | null; now: Date }) {
  if (!at) return "never used"
  return (
    <>
      used <Timestamp date={at} now={now} />
    </>
  )
}
