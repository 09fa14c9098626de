import type { Metadata } from "next"
import Link from "next/link"
import { Logo } from "@/components/logo"
import { Button } from "@/components/ui/button"

export const metadata: Metadata = { title: "Page not found" }

export default function NotFoundPage() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-6 text-center">
      <Logo className="mb-10" />
      <p className="font-mono text-brand-foreground text-sm">404</p>
      <h1 className="mt-2 font-semibold text-2xl tracking-tight">Page not found</h1>
      <p className="mt-2 max-w-sm text-muted-foreground text-sm">
        There is nothing at this address, or it belongs to an organization you are not in.
      </p>
      <div className="mt-6 flex gap-2">
        <Button asChild variant="outline">
          <Link href="/">Home</Link>
        </Button>
        <Button asChild>
          <Link href="/dashboard">Dashboard</Link>
        </Button>
      </div>
    </main>
  )
}
