import type { Metadata } from "next"
import { oauthErrorTable } from "@/lib/auth/oauth-error"
import { type ErrorCode, errorTable } from "@/lib/errors"

export const metadata: Metadata = { title: "API errors" }

/** What the `type` of every problem+json answer points to. */
export default function ErrorsPage() {
  const codes = Object.keys(errorTable) as ErrorCode[]
  return (
    <article className="max-w-3xl pt-10">
      <h1 className="font-semibold text-3xl tracking-tight">API errors</h1>
      <p className="mt-4 text-muted-foreground leading-7">
        Every error of the API is a problem document (RFC 9457) with a <code className="font-mono">code</code>{" "}
        that never changes. Quote its <code className="font-mono">request_id</code> when you ask for help.
      </p>
      <dl className="mt-8 divide-y border-y">
        {codes.map((code) => (
          <ErrorEntry key={code} code={code} {...errorTable[code]} />
        ))}
      </dl>
      <h2 className="mt-12 font-semibold text-2xl tracking-tight">Sign-in and token endpoints</h2>
      <p className="mt-4 text-muted-foreground leading-7">
        These answer as OAuth has it (RFC 6749): an <code className="font-mono">error</code> that never
        changes and an <code className="font-mono">error_description</code> for developers. The request id is
        in <code className="font-mono">X-Request-Id</code>.
      </p>
      <dl className="mt-8 divide-y border-y">
        {Object.entries(oauthErrorTable).map(([code, { title, remedy }]) => (
          <ErrorEntry key={code} code={code} title={title} remedy={remedy} />
        ))}
      </dl>
    </article>
  )
}

type Entry = { code: string; title: string; remedy: string; status?: number }

function ErrorEntry({ code, title, remedy, status }: Entry) {
  return (
    <div id={code} className="scroll-mt-6 py-5 target:bg-muted sm:grid sm:grid-cols-[15rem_1fr] sm:gap-6">
      <dt>
        <code className="font-medium font-mono text-sm">{code}</code>
        {status && <p className="mt-1 text-muted-foreground text-sm">Status {status}</p>}
      </dt>
      <dd className="mt-2 sm:mt-0">
        <p className="font-medium">{title}</p>
        <p className="mt-1 text-muted-foreground leading-7">{withCode(remedy)}</p>
      </dd>
    </div>
  )
}

/** Backticks in the table mark code. */
function withCode(text: string) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={part} className="font-mono text-foreground text-sm">
        {part}
      </code>
    ),
  )
}
