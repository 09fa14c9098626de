"use client"

import { ChevronsUpDown, Monitor, Moon, Sun } from "lucide-react"
import { useTheme } from "next-themes"
import { Badge } from "@/components/ui/badge"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu"

const themes = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
]

type AccountMenuProps = { name: string | null; email: string; role: string }

export function AccountMenu({ name, email, role }: AccountMenuProps) {
  const { theme, setTheme } = useTheme()
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger className="focus-ring flex min-w-0 items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-accent data-[state=open]:bg-accent lg:w-full lg:px-2">
        <span className="sr-only">Account</span>
        <Initials of={name ?? email} />
        <span className="hidden min-w-0 flex-1 leading-tight lg:block">
          <span className="block truncate font-medium text-[0.8125rem]">{name ?? email}</span>
          <span className="block truncate text-muted-foreground text-xs">{email}</span>
        </span>
        <ChevronsUpDown aria-hidden className="hidden size-3.5 shrink-0 text-muted-foreground lg:block" />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-60">
        <div className="px-2 py-1.5">
          <div className="flex items-center justify-between gap-2">
            <p className="truncate font-medium text-sm">{name ?? email}</p>
            <Badge variant="brand" className="capitalize">
              {role}
            </Badge>
          </div>
          <p className="truncate text-muted-foreground text-xs">{email}</p>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuLabel id="theme-label">Theme</DropdownMenuLabel>
        <DropdownMenuRadioGroup aria-labelledby="theme-label" value={theme} onValueChange={setTheme}>
          {themes.map(({ value, label, icon: Icon }) => (
            <DropdownMenuRadioItem key={value} value={value}>
              <Icon aria-hidden className="text-muted-foreground" />
              {label}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

function Initials({ of: name }: { of: string }) {
  const [first = "", second = ""] = name.split(/[\s@.]+/)
  return (
    <span
      aria-hidden
      className="grid size-8 shrink-0 place-items-center rounded-full bg-brand-subtle font-medium text-brand-foreground text-xs uppercase"
    >
      {[...first].at(0)}
      {[...second].at(0)}
    </span>
  )
}
