"use client"

import { ErrorState } from "@/components/error-state"

export default function DashboardErrorPage({ error }: { error: unknown }) {
  return (
    <>
      <title>Something went wrong · Latchkey</title>
      <ErrorState error={error} />
    </>
  )
}
