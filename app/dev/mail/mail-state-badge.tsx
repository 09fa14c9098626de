import { Badge } from "@/components/ui/badge"
import type { MailState } from "@/lib/mail/mailbox"

const variants = { sent: "success", waiting: "neutral", failed: "destructive" } as const
const words = { sent: "Sent", waiting: "Waiting", failed: "Failed" }

export function MailStateBadge({ state }: { state: MailState }) {
  return <Badge variant={variants[state]}>{words[state]}</Badge>
}
