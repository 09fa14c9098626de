import type { Metadata } from "next"
import type { ReactNode } from "react"
import { CopyableCode } from "@/components/code-block"
import { apiKeyPattern, parseApiKey } from "@/lib/api-keys/api-key-format"
import {
  EXAMPLE_API_KEY,
  pythonValidator,
  scannerPattern,
  typescriptValidator,
} from "@/lib/api-keys/offline-validators"
import { env } from "@/lib/env"

export const metadata: Metadata = { title: "The format of API keys" }

/** For whoever finds something that could be a key: what it looks like, how to be sure, and how to end it. */
export default function ApiKeyFormatPage() {
  return (
    <article className="max-w-3xl pt-10">
      <h1 className="font-semibold text-3xl tracking-tight">The format of API keys</h1>
      <Paragraph>
        A key is <Code>sk_</Code>, the id of its organization, an underscore and a secret. The secret is 43
        characters that carry 256 random bits, and 6 that check all before them. So a scanner can tell a key
        from what only looks like one, without asking anybody.
      </Paragraph>

      <Heading>The pattern</Heading>
      <Example label="A whole key" text={apiKeyPattern.source} />
      <Example label="For scanners: a key inside a longer text" text={scannerPattern} />

      <Heading>The checksum</Heading>
      <Paragraph>
        The last 6 characters are the CRC-32 (as zlib and PNG have it) of all characters before them, in base
        62 with the digits <Code>0-9</Code>, <Code>A-Z</Code>, <Code>a-z</Code>, the most significant first
        and filled up with zeros. It finds mistakes; it proves nothing about who may do what.
      </Paragraph>
      <Parts />

      <Heading>A validator that needs no server</Heading>
      <Example label="TypeScript, for Node.js and browsers" text={typescriptValidator} />
      <Example label="Python 3.10 or later" text={pythonValidator} />
      <Paragraph>
        Both give <Code>{parseApiKey(EXAMPLE_API_KEY)?.organizationId}</Code> for the example above, and
        nothing for it with any one character changed.
      </Paragraph>

      <Heading>If you found one</Heading>
      <Paragraph>
        End it: whoever holds a key may. It is refused within a second, its owners get a mail, and it cannot
        be restored. The answer is the same for every key, also for one that nobody knows.
      </Paragraph>
      <Example label="Shell" text={revokeCommand()} />
    </article>
  )
}

function revokeCommand(): string {
  return `curl ${env().APP_URL}/api/v1/credentials/revoke \\
  -H 'content-type: application/json' \\
  -d '{"credential": "${EXAMPLE_API_KEY}"}'`
}

/** The example, taken apart as the pattern takes it. */
function Parts() {
  const [, organizationId, random, check] = apiKeyPattern.exec(EXAMPLE_API_KEY) ?? []
  const parts = [
    ["A key that was never anybody’s", EXAMPLE_API_KEY],
    ["Organization", organizationId],
    ["Random part", random],
    ["Checksum", check],
  ]
  return (
    <dl className="mt-4 divide-y border-y">
      {parts.map(([term, text]) => (
        <div key={term} className="py-3 sm:grid sm:grid-cols-[12rem_1fr] sm:gap-6">
          <dt className="text-muted-foreground text-sm">{term}</dt>
          <dd className="wrap-anywhere mt-1 font-mono text-sm sm:mt-0">{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Heading({ children }: { children: ReactNode }) {
  return <h2 className="mt-12 font-semibold text-2xl tracking-tight">{children}</h2>
}

function Paragraph({ children }: { children: ReactNode }) {
  return <p className="mt-4 text-muted-foreground leading-7">{children}</p>
}

function Code({ children }: { children: ReactNode }) {
  return <code className="wrap-anywhere font-mono text-foreground text-sm">{children}</code>
}

function Example({ label, text }: { label: string; text: string }) {
  return <CopyableCode label={label} code={text} className="mt-4" />
}
