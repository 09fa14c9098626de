import type { ReactNode } from "react"

type CredentialRowProps = {
  id?: string
  icon: ReactNode
  title: string
  state: ReactNode
  action: ReactNode
  children?: ReactNode
}

/** A sign-in method or a kind of second factor: what the person has of it, and what they can do. */
export function CredentialRow({ id, icon, title, state, action, children }: CredentialRowProps) {
  return (
    <li id={id} className="flex items-start gap-4 px-5 py-4">
      <span className="hidden size-10 shrink-0 place-items-center rounded-lg border bg-background text-muted-foreground sm:grid [&>svg]:size-5">
        {icon}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            <h3 className="font-medium text-sm">{title}</h3>
            {state ? <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">{state}</p> : null}
          </div>
          <div className="flex flex-wrap gap-2">{action}</div>
        </div>
        {children}
      </div>
    </li>
  )
}
