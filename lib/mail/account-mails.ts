import { env } from "../env"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailContent, mailTime } from "./mail-template"

// The mails about the providers by which a person signs in, to that person.

type AccountFacts = { provider: string; at: Date; from: MailSource }

/** Tells a person that an account of theirs at a provider signs them in from now on. */
export function accountLinkedMail({
  provider,
  email,
  at,
  from,
}: AccountFacts & { email: string }): MailContent {
  return accountMail({
    title: `${provider} was added to your ways to sign in`,
    preheader: `${email}, ${mailTime(at)}`,
    paragraphs: [`Whoever signs in to ${provider} with the account below is signed in here as you.`],
    facts: [[provider, email], ["When", mailTime(at)], ...sourceFacts(from)],
    advice: "If it was not you, unlink it on the page at once and sign out everywhere else.",
  })
}

/** Tells a person that an account of theirs at a provider does not sign them in any more. */
export function accountUnlinkedMail({ provider, at, from }: AccountFacts): MailContent {
  return accountMail({
    title: `${provider} was removed from your ways to sign in`,
    preheader: mailTime(at),
    paragraphs: ["It does not sign you in any more, and the other sign-ins that came by it were ended."],
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If it was not you, sign in another way, sign out everywhere else on the page, and link it again.",
  })
}

function accountMail(parts: Omit<Parameters<typeof mailContent>[0], "action" | "footer">): MailContent {
  const { APP_URL } = env()
  return mailContent({
    ...parts,
    action: { label: "Look at your ways to sign in", url: `${APP_URL}/dashboard/security` },
    footer: `You get this mail because it is about your account at ${APP_URL}.`,
  })
}
