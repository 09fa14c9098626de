import type { ReactNode } from "react"

/** One entry of a definition list. */
export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-0.5 text-[0.8125rem] text-muted-foreground">{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function Code({ children }: { children: ReactNode }) {
  return <code className="wrap-anywhere font-mono text-[0.8125rem]">{children}</code>
}
