import Link from "next/link"
import { Logo } from "@/components/logo"

export default function MailboxLayout({ children }: LayoutProps<"/dev/mail">) {
  return (
    <div className="mx-auto min-h-dvh max-w-5xl px-5 pb-16 sm:px-8">
      <header className="py-5">
        <Link href="/" className="focus-ring inline-flex rounded-md">
          <Logo />
        </Link>
      </header>
      <main className="pt-4">{children}</main>
    </div>
  )
}
