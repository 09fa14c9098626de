import Link from "next/link"
import { Button } from "@/components/ui/button"
import { AuthCard } from "./auth-card"

/** What a mailed link shows that is no good any more; `again` is where to ask for another. */
export function LinkExpired({ again }: { again: "/sign-up" | "/forgot-password" }) {
  return (
    <AuthCard
      title="This link does not work any more"
      lead="It was used already, is older than half an hour, or is not complete. Nothing changed."
    >
      <Button asChild>
        <Link href={again}>Ask for a new one</Link>
      </Button>
    </AuthCard>
  )
}
