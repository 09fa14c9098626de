import Link from "next/link"
import { Logo } from "@/components/logo"

export default function AuthLayout({ children }: LayoutProps<"/">) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="p-5 sm:px-8">
        <Link href="/" className="focus-ring inline-flex rounded-md">
          <Logo />
        </Link>
      </header>
      <main className="flex flex-1 items-start justify-center px-5 pt-[min(12vh,7rem)] pb-16">
        {children}
      </main>
    </div>
  )
}
