import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailTime } from "./mail-template"
import { securityMail } from "./security-mail"

// The mails about the providers by which a person signs in, to that person.

type AccountFacts = { provider: string; at: Date; from: MailSource }

/** Tells a person that an account of theirs at a provider signs them in from now on. */
export function accountLinkedMail({
  provider,
  email,
  at,
  from,
}: AccountFacts & { email: string }): MailContent {
  return securityMail({
    title: `${provider} was added to your sign-in methods`,
    preheader: `${email}, ${mailTime(at)}`,
    paragraphs: [`Anyone who signs in to ${provider} with the account below is now signed in here as you.`],
    facts: [[provider, email], ["When", mailTime(at)], ...sourceFacts(from)],
    advice: "If this was not you, unlink it on that page right away and sign out everywhere else.",
  })
}

/** Tells a person that an account of theirs at a provider does not sign them in any more. */
export function accountUnlinkedMail({ provider, at, from }: AccountFacts): MailContent {
  return securityMail({
    title: `${provider} was removed from your sign-in methods`,
    preheader: mailTime(at),
    paragraphs: ["It no longer signs you in, and your other sign-ins with it were ended."],
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If this was not you, sign in another way, sign out everywhere else on that page, and link it again.",
  })
}

/** Tells the earlier address of an account that the account has another one now. */
export function emailChangedMail({
  provider,
  email,
  at,
  from,
}: AccountFacts & { email: string }): MailContent {
  return securityMail({
    title: "The e-mail address of your account was changed",
    preheader: `${email}, ${mailTime(at)}`,
    paragraphs: [`${provider} now gives another address for you, so mails about your account go there.`],
    facts: [["New address", email], ["When", mailTime(at)], ...sourceFacts(from)],
    advice: `If this was not you, secure your ${provider} account, then sign out everywhere else on that page.`,
  })
}
