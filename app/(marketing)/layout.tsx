import Link from "next/link"
import { Logo } from "@/components/logo"
import { Button } from "@/components/ui/button"
import { PRODUCT_NAME } from "@/lib/product"

export default function MarketingLayout({ children }: LayoutProps<"/">) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col px-5 sm:px-8">
      <header className="flex h-18 items-center justify-between gap-4">
        <Link href="/" className="focus-ring rounded-md">
          <Logo />
        </Link>
        <nav aria-label="Account" className="flex items-center gap-1.5">
          <Button asChild variant="ghost">
            <Link href="/sign-in">Sign in</Link>
          </Button>
          <Button asChild>
            <Link href="/sign-up">Sign up</Link>
          </Button>
        </nav>
      </header>
      <main className="flex-1">{children}</main>
      <footer className="mt-24 flex flex-wrap items-center justify-between gap-x-8 gap-y-2 border-t py-8 text-[0.8125rem] text-muted-foreground">
        <p>{PRODUCT_NAME}, the authentication-first Next.js starter for AI products.</p>
        <p>MIT licence</p>
      </footer>
    </div>
  )
}
