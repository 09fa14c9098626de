"use client"

import { ChartColumn, House, KeyRound, ScrollText, Settings, ShieldCheck, Users } from "lucide-react"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { useEffect, useRef } from "react"
import { cn } from "@/components/cn"

const links = [
  { href: "/dashboard", label: "Overview", icon: House },
  { href: "/dashboard/api-keys", label: "API keys", icon: KeyRound },
  { href: "/dashboard/usage", label: "Usage", icon: ChartColumn },
  { href: "/dashboard/audit-log", label: "Audit log", icon: ScrollText },
  { href: "/dashboard/security", label: "Security", icon: ShieldCheck },
  { href: "/dashboard/team", label: "Team", icon: Users },
  { href: "/dashboard/settings", label: "Settings", icon: Settings },
] as const

/** A column beside the page; on a narrow screen a row above it that scrolls sideways. */
export function DashboardNav() {
  const section = sectionOf(usePathname())
  const list = useRef<HTMLUListElement>(null)

  useEffect(() => {
    const current = list.current?.querySelector(`a[href="${section}"]`)
    current?.scrollIntoView({ block: "nearest", inline: "center" })
  }, [section])

  return (
    <nav
      aria-label="Dashboard"
      className="order-last -mx-3 w-[calc(100%+1.5rem)] lg:order-none lg:mx-0 lg:mt-5 lg:w-auto"
    >
      <ul
        ref={list}
        className="no-scrollbar flex gap-0.5 overflow-x-auto mask-r-from-[calc(100%-2rem)] pr-8 pl-3 lg:mask-none lg:flex-col lg:px-0"
      >
        {links.map(({ href, label, icon: Icon }) => {
          const current = href === section
          return (
            <li key={href} className="shrink-0">
              <Link
                href={href}
                aria-current={current ? "page" : undefined}
                className={cn(
                  "focus-ring flex items-center gap-2.5 whitespace-nowrap px-2.5 text-sm transition-colors focus-visible:-outline-offset-2 lg:rounded-md",
                  "h-11 border-b-2 lg:h-9 lg:border-b-0",
                  current
                    ? "border-brand font-medium text-foreground lg:bg-accent"
                    : "border-transparent text-muted-foreground hover:text-foreground lg:hover:bg-accent/60",
                )}
              >
                <Icon
                  aria-hidden
                  className={cn("hidden size-4 lg:block", current && "text-brand-foreground")}
                  strokeWidth={1.75}
                />
                {label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

/** The page of the navigation that a path belongs to: `/dashboard/api-keys` of a key's own page. */
function sectionOf(pathname: string): string {
  return pathname.split("/").slice(0, 3).join("/")
}
