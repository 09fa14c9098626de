import Link from "next/link"
import { StepUpProvider } from "@/app/second-factors/step-up-dialog"
import { LogoMark } from "@/components/logo"
import { requireUser } from "@/lib/auth/caller"
import { AccountMenu } from "./account-menu"
import { DashboardNav } from "./dashboard-nav"
import { SignOutButton } from "./sign-out-button"

export default async function DashboardLayout({ children }: LayoutProps<"/dashboard">) {
  const { user, organization, role } = await requireUser()
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="focus-ring sr-only rounded-md bg-primary text-primary-foreground text-sm focus:not-sr-only focus:absolute focus:top-3 focus:left-3 focus:z-50 focus:px-4 focus:py-2.5"
      >
        Skip to content
      </a>
      <header className="flex flex-wrap items-center gap-x-2 border-b bg-card px-3 pt-3 lg:sticky lg:top-0 lg:z-10 lg:h-dvh lg:flex-col lg:flex-nowrap lg:items-stretch lg:border-b-0 lg:bg-transparent lg:py-4">
        <Link
          href="/dashboard"
          className="focus-ring flex min-w-0 flex-1 items-center gap-2.5 rounded-md p-2 lg:flex-none"
        >
          <LogoMark className="shrink-0" />
          <span className="truncate font-semibold text-sm tracking-tight">{organization.name}</span>
        </Link>
        <DashboardNav />
        <div className="flex items-center gap-1 lg:mt-auto lg:flex-col-reverse lg:items-stretch lg:gap-2">
          <SignOutButton />
          <AccountMenu name={user.name} email={user.email} role={role} />
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="min-w-0 px-5 py-7 outline-none sm:px-8 lg:border-l lg:px-12 lg:py-10"
      >
        <div className="mx-auto max-w-5xl">
          <StepUpProvider>{children}</StepUpProvider>
        </div>
      </main>
    </div>
  )
}
