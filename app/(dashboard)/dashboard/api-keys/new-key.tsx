"use client"

import { TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { CopyButton } from "@/components/copy-button"
import { Alert } from "@/components/ui/alert"
import { Button } from "@/components/ui/button"
import {
  DialogClose,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog"
import { Input } from "@/components/ui/input"
import { Label } from "@/components/ui/label"
import { SampleTabs } from "./sample-tabs"

type NewKeyProps = {
  title: string
  secret: string
  appUrl: string
  /** What to know about this key, in a sentence or two. */
  children: ReactNode
}

/** The only time a secret is on the screen. */
export function NewKey({ title, secret, appUrl, children }: NewKeyProps) {
  return (
    <div className="grid min-w-0 gap-5">
      <DialogHeader>
        <DialogTitle>{title}</DialogTitle>
        <DialogDescription className="break-words">{children}</DialogDescription>
      </DialogHeader>
      <Alert variant="warning">
        <TriangleAlert aria-hidden />
        <span>It is not shown again. Once this window closes, only its last four characters remain.</span>
      </Alert>
      <div className="grid gap-2">
        <Label htmlFor="new-key">API key</Label>
        <div className="flex flex-wrap gap-2">
          <Input
            id="new-key"
            readOnly
            autoFocus
            value={secret}
            spellCheck={false}
            autoComplete="off"
            className="flex-1 font-mono"
            onFocus={(event) => selectFromTheEnd(event.target)}
          />
          <CopyButton value={secret} variant="primary" size="md" />
        </div>
      </div>
      <div className="grid min-w-0 gap-2">
        <p className="font-medium text-sm leading-none">Try it</p>
        <SampleTabs appUrl={appUrl} apiKey={secret} />
      </div>
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Done</Button>
        </DialogClose>
      </DialogFooter>
    </div>
  )
}

/** All of it. Browsers scroll to where a selection leads, some after this event; the key's beginning is to be seen. */
function selectFromTheEnd(input: HTMLInputElement) {
  input.setSelectionRange(0, input.value.length, "backward")
  requestAnimationFrame(() => {
    input.scrollLeft = 0
  })
}
