"use client"

import { ErrorState } from "@/components/error-state"
import { PRODUCT_NAME } from "@/lib/product"
import "./globals.css"

export default function GlobalErrorPage({ error }: { error: unknown }) {
  return (
    <html lang="en">
      <body>
        <title>{`Something went wrong · ${PRODUCT_NAME}`}</title>
        <main className="grid min-h-dvh place-items-center">
          <ErrorState error={error} />
        </main>
      </body>
    </html>
  )
}
