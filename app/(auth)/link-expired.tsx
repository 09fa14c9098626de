import Link from "next/link"
import { Button } from "@/components/ui/button"
import { AuthCard } from "./auth-card"

/** What a mailed link shows once it is used or has expired; `again` is where to ask for another. */
export function LinkExpired({ again }: { again: "/sign-up" | "/forgot-password" }) {
  return (
    <AuthCard
      title="This link no longer works"
      lead="It has been used, is more than half an hour old, or was cut off. Nothing has changed."
    >
      <Button asChild>
        <Link href={again}>Get a new link</Link>
      </Button>
    </AuthCard>
  )
}
