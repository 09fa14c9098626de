import { ArrowDown } from "lucide-react"
import type { Metadata } from "next"
import Link from "next/link"
import { CodeBlock, CodeMuted, CodeString } from "@/components/code-block"
import { Button } from "@/components/ui/button"
import { PRODUCT_NAME } from "@/lib/product"
import { Features } from "./features"
import { RequestFlow } from "./request-flow"

export const metadata: Metadata = {
  title: { absolute: `${PRODUCT_NAME}: sign-in and API keys for AI products` },
}

export default function MarketingPage() {
  return (
    <>
      <div className="grid items-center gap-x-14 gap-y-12 pt-14 pb-20 lg:grid-cols-[1.08fr_1fr] lg:pt-22 lg:pb-28">
        <div>
          <h1 className="font-semibold text-4xl leading-[1.08] tracking-[-0.03em] sm:text-[3.25rem]">
            Sign-in and API keys for your AI product, ready to fork.
          </h1>
          <p className="mt-6 max-w-xl text-[1.0625rem] text-muted-foreground leading-7">
            {PRODUCT_NAME} is a Next.js 16 starter that begins with the door: sign-in for people and programs,
            sessions, organizations, API keys and an audit log, in code short enough to read before you trust
            it. It is a starting point you own, not a service you rent. What you build behind the door is
            yours.
          </p>
          <div className="mt-8 flex flex-wrap gap-3">
            <Button asChild size="lg">
              <Link href="/sign-up">Try it with your Google account</Link>
            </Button>
            <Button asChild size="lg" variant="ghost">
              <a href="#how-it-works">
                How a request is checked
                <ArrowDown aria-hidden />
              </a>
            </Button>
          </div>
        </div>
        <ApiExample />
      </div>
      <RequestFlow />
      <Features />
      <ForkIt />
    </>
  )
}

function ApiExample() {
  return (
    <CodeBlock label="Your program, a minute after signing in" className="shadow-lg">
      <CodeMuted>$ </CodeMuted>curl {"https://your.app/api/v1/me"} \{"\n"}
      {"    "}-H <CodeString>"Authorization: Bearer sk_01K…"</CodeString>
      {"\n\n"}
      {"{\n"}
      {"  "}"type": <CodeString>"api_key"</CodeString>,{"\n"}
      {"  "}"organization": {"{"} "name": <CodeString>"Acme Research"</CodeString>
      {", … },\n"}
      {"  "}"scopes": [<CodeString>"ai:invoke"</CodeString>],{"\n"}
      {"  "}"key_id": <CodeString>"01KAV7…"</CodeString>
      {"\n}"}
    </CodeBlock>
  )
}

function ForkIt() {
  return (
    <section
      aria-labelledby="fork"
      className="mt-24 grid items-center gap-10 lg:grid-cols-[1fr_1.08fr] lg:gap-14"
    >
      <div>
        <h2 id="fork" className="font-semibold text-2xl tracking-tight">
          One command to a running copy
        </h2>
        <p className="mt-3 max-w-lg text-muted-foreground leading-7">
          A fresh machine needs Node and npm. The command brings its own Postgres and a local stand-in for
          Google, so you can sign in before you have registered anything anywhere.
        </p>
      </div>
      <CodeBlock label="In your clone">
        <CodeMuted>$ </CodeMuted>npm run dev{"\n"}
        <CodeMuted># writes .env.local, starts Postgres, migrates, seeds,{"\n"}</CodeMuted>
        <CodeMuted># and serves http://localhost:3000</CodeMuted>
      </CodeBlock>
    </section>
  )
}
