"use client"

import { ErrorState } from "@/components/error-state"
import { PRODUCT_NAME } from "@/lib/product"

export default function DashboardErrorPage({ error }: { error: unknown }) {
  return (
    <>
      <title>{`Something went wrong · ${PRODUCT_NAME}`}</title>
      <ErrorState error={error} />
    </>
  )
}
