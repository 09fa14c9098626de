import { Check } from "lucide-react"
import Link from "next/link"
import type { ReactNode } from "react"
import { cn } from "@/components/cn"
import { CopyableCode } from "@/components/code-block"
import { curlCommand } from "@/components/curl-command"
import { Button } from "@/components/ui/button"
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import { env } from "@/lib/env"

type FirstStepsProps = { hasKey: boolean; hasCalled: boolean; mayCreate: boolean }

/** Leads a new organization to its first call; afterwards only the call is left. */
export function FirstSteps({ hasKey, hasCalled, mayCreate }: FirstStepsProps) {
  if (hasKey && hasCalled) {
    return (
      <Card>
        <CardHeader>
          <CardTitle>Call the API</CardTitle>
          <CardDescription>Put a key into the environment and ask who is calling.</CardDescription>
        </CardHeader>
        <CardContent className="pt-4">
          <FirstCall />
        </CardContent>
      </Card>
    )
  }
  return (
    <Card>
      <CardHeader>
        <CardTitle>Two steps to your first call</CardTitle>
        <CardDescription>It takes about a minute.</CardDescription>
      </CardHeader>
      <ol className="grid gap-6 p-5">
        <Step number={1} done={hasKey} title="Create a key">
          <p>
            A key lets a program call the API as this organization. It is shown once, so have a safe place
            ready.
          </p>
          {hasKey ? null : <CreateFirstKey mayCreate={mayCreate} />}
        </Step>
        <Step number={2} done={false} title="Call the API">
          <p className="mb-3">Put the key into the environment and ask who is calling.</p>
          <div className="-ml-10 sm:ml-0">
            <FirstCall />
          </div>
        </Step>
      </ol>
    </Card>
  )
}

function CreateFirstKey({ mayCreate }: { mayCreate: boolean }) {
  if (!mayCreate) return <p className="mt-1">An owner or admin of the organization can make one for you.</p>
  return (
    <Button asChild size="sm" className="mt-3">
      <Link href="/dashboard/api-keys">Create a key</Link>
    </Button>
  )
}

function FirstCall() {
  return <CopyableCode label="Terminal" code={curlCommand(env().APP_URL)} />
}

type StepProps = { number: number; done: boolean; title: string; children: ReactNode }

function Step({ number, done, title, children }: StepProps) {
  return (
    <li className="flex gap-4">
      <span
        aria-hidden
        className={cn(
          "grid size-6 shrink-0 place-items-center rounded-full font-mono text-xs",
          done ? "bg-success-subtle text-success" : "bg-brand-subtle text-brand-foreground",
        )}
      >
        {done ? <Check className="size-3.5" /> : number}
      </span>
      <div className="min-w-0 flex-1 text-muted-foreground text-sm">
        <h3 className="mb-1 font-medium text-foreground leading-6">
          {title}
          {done ? <span className="sr-only"> (done)</span> : null}
        </h3>
        {children}
      </div>
    </li>
  )
}
