"use client"

import { ErrorState } from "@/components/error-state"
import { Logo } from "@/components/logo"

export default function ErrorPage({ error }: { error: unknown }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center">
      <title>Something went wrong · Latchkey</title>
      <Logo />
      <ErrorState error={error} />
    </main>
  )
}
