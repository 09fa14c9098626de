import { Cookie, Fingerprint, KeyRound, ShieldCheck, Ticket } from "lucide-react"
import { SectionTitle } from "@/components/ui/section-title"

const steps = [
  {
    title: "A request arrives",
    text: "With a session cookie, an access token or an API key. Never two.",
  },
  {
    title: "Who is calling?",
    text: "A cookie or a key is hashed and looked up; of a token the signature is checked, then its sign-in. Unknown, expired or revoked ends here.",
  },
  {
    title: "May they?",
    text: "One table of roles, read fresh for every decision. Another organization's object looks like a missing one.",
  },
  {
    title: "Do it and write it down",
    text: "The change and its line in the audit log are one transaction: both happen, or neither.",
  },
]

export function RequestFlow() {
  return (
    <section id="how-it-works" aria-labelledby="flow" className="scroll-mt-8">
      <h2 id="flow" className="font-semibold text-2xl tracking-tight">
        How a request is checked
      </h2>
      <div className="mt-8 rounded-xl border bg-card px-6 py-7 shadow-xs lg:px-8">
        <Diagram />
        <ol className="grid gap-6 lg:mt-3 lg:grid-cols-4">
          {steps.map(({ title, text }, index) => (
            <li key={title} className="flex gap-4 lg:flex-col lg:gap-2">
              <span
                aria-hidden
                className="grid size-6 shrink-0 place-items-center rounded-full bg-brand-subtle font-mono text-brand-foreground text-xs"
              >
                {index + 1}
              </span>
              <div>
                <SectionTitle as="h3">{title}</SectionTitle>
                <p className="mt-1 text-muted-foreground text-sm leading-6">{text}</p>
              </div>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}

/** The list beside it says the same in words. */
function Diagram() {
  return (
    <svg
      viewBox="0 0 1040 196"
      aria-hidden="true"
      className="hidden w-full fill-none stroke-input text-foreground lg:block"
      strokeWidth="1.25"
    >
      <path d="M182 30H218Q246 30 258 63T290 96M182 162H218Q246 162 258 129T290 96M182 96H308" />
      <path d="M376 96H574M642 96H830" />
      <path d="M342 130V158M608 130V158" strokeDasharray="3 4" />
      <Arrow x={308} />
      <Arrow x={574} />
      <Arrow x={830} />

      <Source y={8} icon={Cookie} label="session cookie" />
      <Source y={74} icon={Ticket} label="access token" />
      <Source y={140} icon={KeyRound} label="sk_01K…" />
      <Gate x={342} icon={Fingerprint} refusal="401" />
      <Gate x={608} icon={ShieldCheck} refusal="403 or 404" />

      <rect x={830} y={30} width={206} height={132} rx={12} strokeDasharray="3 4" />
      <Row y={44} label="change" />
      <Row y={102} label="audit log line" />
    </svg>
  )
}

type Icon = typeof Cookie

function Arrow({ x }: { x: number }) {
  return <path d={`M${x - 7} 91.5L${x - 1} 96L${x - 7} 100.5`} strokeLinejoin="round" strokeLinecap="round" />
}

function Source({ y, icon: SourceIcon, label }: { y: number; icon: Icon; label: string }) {
  return (
    <g>
      <rect x={1} y={y} width={181} height={44} rx={10} className="fill-background" />
      <SourceIcon
        x={16}
        y={y + 13}
        width={18}
        height={18}
        className="stroke-brand-foreground"
        strokeWidth={1.75}
      />
      <text x={46} y={y + 27} className="fill-foreground stroke-none font-mono text-[13px]">
        {label}
      </text>
    </g>
  )
}

function Gate({ x, icon: GateIcon, refusal }: { x: number; icon: Icon; refusal: string }) {
  return (
    <g>
      <circle cx={x} cy={96} r={34} className="fill-brand-subtle stroke-brand" />
      <GateIcon
        x={x - 13}
        y={83}
        width={26}
        height={26}
        className="stroke-brand-foreground"
        strokeWidth={1.5}
      />
      <text
        x={x}
        y={177}
        textAnchor="middle"
        className="fill-muted-foreground stroke-none font-mono text-[13px]"
      >
        {refusal}
      </text>
    </g>
  )
}

function Row({ y, label }: { y: number; label: string }) {
  return (
    <g>
      <rect x={846} y={y} width={174} height={46} rx={8} className="fill-background" />
      <text
        x={933}
        y={y + 28}
        textAnchor="middle"
        className="fill-foreground stroke-none font-mono text-[13px]"
      >
        {label}
      </text>
    </g>
  )
}
