import type { ReactNode } from "react"
import { cn } from "./cn"
import { CopyButton } from "./copy-button"

type CodeBlockProps = { label: string; children: ReactNode; actions?: ReactNode; className?: string }

/** Code to read or take away. Long lines wrap: nothing is out of sight, and nothing needs scrolling by keyboard. */
export function CodeBlock({ label, children, actions, className }: CodeBlockProps) {
  return (
    <figure
      className={cn("min-w-0 overflow-hidden rounded-xl border bg-code text-code-foreground", className)}
    >
      <figcaption className="flex min-h-11 items-center justify-between gap-3 border-white/8 border-b py-1.5 pr-1.5 pl-4 text-code-muted text-xs">
        {label}
        {actions}
      </figcaption>
      <pre className="wrap-anywhere whitespace-pre-wrap p-4 font-mono text-xs leading-6 sm:text-[0.8125rem]">
        <code>{children}</code>
      </pre>
    </figure>
  )
}

type CopyableCodeProps = { label: string; code: string; className?: string }

/** The same with a button that copies it. */
export function CopyableCode({ label, code, className }: CopyableCodeProps) {
  return (
    <CodeBlock
      label={label}
      actions={
        <CopyButton
          value={code}
          variant="ghost"
          aria-label={`Copy ${label}`}
          className="text-code-muted hover:bg-white/10 hover:text-code-foreground"
        />
      }
      className={className}
    >
      {code}
    </CodeBlock>
  )
}

export function CodeString({ children }: { children: ReactNode }) {
  return <span className="text-code-string">{children}</span>
}

export function CodeMuted({ children }: { children: ReactNode }) {
  return <span className="text-code-muted">{children}</span>
}
