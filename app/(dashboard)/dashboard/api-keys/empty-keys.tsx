import { KeyRound, SearchX } from "lucide-react"
import Link from "next/link"
import { CopyableCode } from "@/components/code-block"
import { curlCommand } from "@/components/curl-command"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Empty } from "@/components/ui/empty"
import { CreateKeyButton } from "./create-key-dialog"

/** What a key is, and what one does with it: for an organization that has none. */
export function NoKeys({ mayWrite, appUrl }: { mayWrite: boolean; appUrl: string }) {
  return (
    <Card className="grid overflow-hidden lg:grid-cols-2">
      <div className="p-6 sm:p-8">
        <div className="mb-4 grid size-11 place-items-center rounded-xl border bg-card text-muted-foreground shadow-xs">
          <KeyRound aria-hidden className="size-5" />
        </div>
        <h2 className="font-semibold text-base tracking-tight">No keys yet</h2>
        <p className="mt-1.5 text-muted-foreground text-sm">
          A key is a password for a program: whoever sends it calls the API as this organization, within the
          key's scopes and limits, until it expires or somebody revokes it.
        </p>
        <ul className="mt-4 mb-6 grid list-disc gap-1.5 pl-4 text-muted-foreground text-sm marker:text-brand">
          <li>One for each program, so that one can end without the others.</li>
          <li>It is shown once. Put it where the program keeps its secrets, never into its code.</li>
          <li>A rotation replaces it without an interruption.</li>
        </ul>
        {mayWrite ? (
          <CreateKeyButton />
        ) : (
          <p className="text-sm">
            An owner or admin of the organization can create them. You will see them here.
          </p>
        )}
      </div>
      <div className="min-w-0 border-t bg-muted/50 p-6 sm:p-8 lg:border-t-0 lg:border-l">
        <p className="mb-3 font-medium text-sm">A call with a key</p>
        <CopyableCode label="Terminal" code={curlCommand(appUrl)} />
        <p className="mt-3 text-muted-foreground text-sm">
          It asks who is calling, and does no harm. With a new key you also get the call in TypeScript and
          Python.
        </p>
      </div>
    </Card>
  )
}

export function NoMatch({ isLaterPage }: { isLaterPage: boolean }) {
  return (
    <Empty
      icon={<SearchX aria-hidden />}
      title={isLaterPage ? "No more keys" : "No key matches"}
      actions={
        <Button asChild variant="outline">
          <Link href="/dashboard/api-keys">Show every key</Link>
        </Button>
      }
    >
      {isLaterPage
        ? "This is the end of the list."
        : "The search looks at names, at the last four characters and at ids. Of a whole key, only its end leaves your browser."}
    </Empty>
  )
}
