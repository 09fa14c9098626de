import { TriangleAlert } from "lucide-react"
import { Alert } from "@/components/ui/alert"
import type { ActionResult } from "@/lib/http/action"

/** Says why an action did not happen. Faults of single fields stand beside the fields instead. */
export function FormError({ result }: { result: ActionResult<unknown> | null }) {
  if (!result || result.ok || result.fieldErrors) return null
  return (
    <Alert>
      <TriangleAlert aria-hidden />
      <div>
        {result.message}
        {result.code === "internal" ? (
          <span className="mt-1 block text-xs">
            Request id <code className="break-all font-mono">{result.requestId}</code>
          </span>
        ) : null}
      </div>
    </Alert>
  )
}
