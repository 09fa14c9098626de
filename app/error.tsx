"use client"

import { ErrorState } from "@/components/error-state"
import { Logo } from "@/components/logo"
import { PRODUCT_NAME } from "@/lib/product"

export default function ErrorPage({ error }: { error: unknown }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center">
      <title>{`Something went wrong · ${PRODUCT_NAME}`}</title>
      <Logo />
      <ErrorState error={error} />
    </main>
  )
}
