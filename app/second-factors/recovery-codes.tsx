"use client"

import { Download, TriangleAlert } from "lucide-react"
import { CopyButton } from "@/components/copy-button"
import { Alert } from "@/components/ui/alert"
import { Button } from "@/components/ui/button"
import { PRODUCT_NAME } from "@/lib/product"

/** The only time recovery codes are on the screen. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  const text = codes.join("\n")
  return (
    <div className="grid gap-4">
      <Alert variant="warning">
        <TriangleAlert aria-hidden />
        <span>
          They are shown only once. Each works one time, when you have neither your app nor a passkey at hand.
        </span>
      </Alert>
      <ul
        aria-label="Recovery codes"
        className="grid gap-x-6 gap-y-1.5 rounded-lg border bg-muted/50 p-4 font-mono text-sm sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={text} size="md" />
        <Button asChild variant="outline">
          <a
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
            download={`${PRODUCT_NAME.toLowerCase()}-recovery-codes.txt`}
          >
            <Download aria-hidden />
            Download
          </a>
        </Button>
      </div>
    </div>
  )
}
