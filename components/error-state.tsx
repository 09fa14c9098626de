"use client"

import { RotateCw, TriangleAlert, Unplug } from "lucide-react"
import { Button } from "@/components/ui/button"
import { describeError } from "./describe-error"

/** What error boundaries draw. "Try again" loads the page anew, so it works whatever state the app is in. */
export function ErrorState({ error }: { error: unknown }) {
  const { kind, title, text, errorId } = describeError(error)
  const Icon = kind === "unavailable" ? Unplug : TriangleAlert
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-6 py-16 text-center">
      <div className="mb-5 grid size-12 place-items-center rounded-xl border bg-card text-muted-foreground shadow-xs">
        <Icon aria-hidden className="size-5" />
      </div>
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="mt-2 text-muted-foreground text-sm">{text}</p>
      <Button className="mt-6" onClick={() => window.location.reload()}>
        <RotateCw aria-hidden />
        Try again
      </Button>
      {errorId ? (
        <p className="mt-6 text-muted-foreground text-xs">
          Error id <code className="break-all font-mono">{errorId}</code>
        </p>
      ) : null}
    </div>
  )
}
