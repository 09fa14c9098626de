"use client"

import { ErrorState } from "@/components/error-state"

export default function ErrorPage({ error }: { error: unknown }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <title>Something went wrong · Latchkey</title>
      <ErrorState error={error} />
    </main>
  )
}
