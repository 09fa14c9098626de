import type { Metadata } from "next"
import Link from "next/link"
import { Button } from "@/components/ui/button"
import { AuthCard } from "../../auth-card"
import { requestIdFrom, signInMessage } from "./messages"

export async function generateMetadata({ searchParams }: PageProps<"/sign-in/error">): Promise<Metadata> {
  return { title: signInMessage((await searchParams).code).title }
}

export default async function SignInErrorPage({ searchParams }: PageProps<"/sign-in/error">) {
  const { code, request_id } = await searchParams
  const message = signInMessage(code)
  const requestId = requestIdFrom(request_id)
  return (
    <AuthCard
      title={message.title}
      lead={message.happened}
      footer={
        requestId ? (
          <span className="text-xs">
            Request id <code className="break-all font-mono">{requestId}</code>
          </span>
        ) : null
      }
    >
      <p className="text-sm">{message.todo}</p>
      <div className="mt-6 flex flex-wrap gap-2">
        {code === "already_signed_in" ? <SignOutFirst /> : <TryAgain />}
      </div>
    </AuthCard>
  )
}

function TryAgain() {
  return (
    <>
      <Button asChild>
        <Link href="/sign-in">Try again</Link>
      </Button>
      <Button asChild variant="outline">
        <Link href="/">Home</Link>
      </Button>
    </>
  )
}

function SignOutFirst() {
  return (
    <>
      <form method="post" action="/sign-out">
        <Button type="submit">Sign out</Button>
      </form>
      <Button asChild variant="outline">
        <Link href="/dashboard">Stay signed in</Link>
      </Button>
    </>
  )
}
