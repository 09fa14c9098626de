import type { ReactNode } from "react"
import { Card } from "@/components/ui/card"

type AuthCardProps = { title: string; lead: string; children: ReactNode; footer?: ReactNode }

export function AuthCard({ title, lead, children, footer }: AuthCardProps) {
  return (
    <Card className="w-full max-w-100 overflow-hidden">
      <div className="p-7 sm:p-8">
        <h1 className="font-semibold text-[1.375rem] leading-tight tracking-tight">{title}</h1>
        <p className="mt-2 text-muted-foreground text-sm">{lead}</p>
        <div className="mt-6">{children}</div>
      </div>
      {footer ? (
        <div className="border-t bg-muted/50 px-7 py-4 text-center text-muted-foreground text-sm">
          {footer}
        </div>
      ) : null}
    </Card>
  )
}
