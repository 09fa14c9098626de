import { Badge } from "@/components/ui/badge"
import type { ApiKeyStatus } from "@/lib/api-keys/api-key-status"

const variants = {
  active: "success",
  expired: "warning",
  suspended: "warning",
  revoked: "neutral",
} as const

export function KeyStatusBadge({ status }: { status: ApiKeyStatus }) {
  return (
    <Badge variant={variants[status]} className="capitalize">
      {status}
    </Badge>
  )
}
