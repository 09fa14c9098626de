import { LogOut } from "lucide-react"
import { Button } from "@/components/ui/button"

/** A plain form, so that leaving works even when scripts do not. */
export function SignOutButton() {
  return (
    <form method="post" action="/sign-out">
      <Button type="submit" variant="ghost" className="px-2.5 lg:w-full lg:justify-start">
        <LogOut aria-hidden strokeWidth={1.75} />
        Sign out
      </Button>
    </form>
  )
}
