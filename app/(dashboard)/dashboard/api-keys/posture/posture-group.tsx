"use client"

import { useRef, useState } from "react"
import { QuestionDialog } from "@/components/question-dialog"
import { QuestionForm } from "@/components/question-form"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Card, CardDescription, CardTitle } from "@/components/ui/card"
import { Checkbox } from "@/components/ui/checkbox"
import { applyPostureAction } from "./actions"
import { countOfKeys, type PostureFault } from "./posture-faults"
import { PostureRow, type ShownKey } from "./posture-row"

type PostureGroupProps = {
  fault: PostureFault
  keys: ShownKey[]
  mayWrite: boolean
  now: Date
  onDone: (notice: string) => void
  /** Where to go when the button that asked is gone with the card. */
  returnFocusTo: () => void
}

/** Keys with one fault in common, and the button that mends it for those that are chosen. */
export function PostureGroup({ fault, keys, mayWrite, now, onDone, returnFocusTo }: PostureGroupProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isAsking, setAsking] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  // What was mended is no longer here, nor chosen.
  const ids = keys.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
  const { group, title, why, change, verb, consequence, isDestructive, done } = fault

  function choose(id: string, isChosen: boolean) {
    setChosen(new Set(isChosen ? [...ids, id] : ids.filter((other) => other !== id)))
  }

  function finish(count: number) {
    setAsking(false)
    setChosen(new Set())
    onDone(`${countOfKeys(count)} ${done}.`)
  }

  return (
    <Card aria-labelledby={`posture-${group}`}>
      <div className="p-5 pb-4">
        <CardTitle id={`posture-${group}`} className="flex items-center gap-2.5">
          {title}
          <Badge className="tabular-nums">{keys.length}</Badge>
        </CardTitle>
        <CardDescription className="mt-1">{why}</CardDescription>
      </div>
      {mayWrite ? (
        <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-t bg-muted/50 px-5 py-2">
          <div className="flex min-h-8 items-center gap-3 text-muted-foreground text-sm">
            <Checkbox
              id={`posture-${group}-all`}
              checked={ids.length === keys.length}
              onChange={(event) => setChosen(new Set(event.target.checked ? keys.map(({ id }) => id) : []))}
            />
            <label htmlFor={`posture-${group}-all`} className="cursor-pointer">
              {ids.length === 0 ? "Select all" : `${ids.length} selected`}
            </label>
          </div>
          <Button
            ref={button}
            size="sm"
            variant={isDestructive && ids.length > 0 ? "destructive" : "outline"}
            className="ml-auto"
            aria-haspopup="dialog"
            disabled={ids.length === 0}
            onClick={() => setAsking(true)}
          >
            {verb}
          </Button>
        </div>
      ) : null}
      <ul className="divide-y border-t">
        {keys.map((key) => (
          <PostureRow
            key={key.id}
            apiKey={key}
            now={now}
            choice={
              mayWrite
                ? { isChosen: chosen.has(key.id), onChoose: (isChosen) => choose(key.id, isChosen) }
                : null
            }
          />
        ))}
      </ul>
      <QuestionDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        returnFocusTo={() => {
          if (button.current?.disabled === false) button.current.focus()
          else returnFocusTo()
        }}
      >
        <QuestionForm
          title={`${verb}: ${countOfKeys(ids.length)}?`}
          description={consequence}
          verb={verb}
          isDestructive={isDestructive}
          action={applyPostureAction}
          fields={{ ids: ids.join(","), change }}
          onDone={finish}
        />
      </QuestionDialog>
    </Card>
  )
}
