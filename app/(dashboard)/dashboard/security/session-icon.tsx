import { AppWindow, Globe, type LucideIcon, Monitor, Smartphone, Terminal } from "lucide-react"
import { cn } from "@/components/cn"
import type { SessionView } from "@/lib/auth/session-list"
import { isHandheld } from "@/lib/network/device-name"

/** By the ids of lib/auth/clients.ts; a program without one of its own gets a window. */
const programIcons: Record<string, LucideIcon> = {
  cli: Terminal,
  mobile: Smartphone,
  spa: AppWindow,
  web: Globe,
}

export function SessionIcon({ session, className }: { session: SessionView; className?: string }) {
  const Icon = iconOf(session)
  return (
    <span
      className={cn(
        "grid size-10 shrink-0 place-items-center rounded-lg border bg-background text-muted-foreground",
        className,
      )}
    >
      <Icon aria-hidden className="size-5" strokeWidth={1.5} />
    </span>
  )
}

function iconOf({ client, userAgent }: SessionView): LucideIcon {
  if (client) return programIcons[client.id] ?? AppWindow
  return isHandheld(userAgent) ? Smartphone : Monitor
}
