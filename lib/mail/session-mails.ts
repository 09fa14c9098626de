import { PRODUCT_NAME } from "../product"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailTime } from "./mail-template"
import { securityMail } from "./security-mail"

// The mails about a person's sign-ins, to that person.

const ACTION = "Review your sign-ins"

type SessionMailFacts = {
  /** The program, as people know it; null for a browser. */
  clientName: string | null
  at: Date
  from: MailSource
}

/** Tells a person of a sign-in from a device or network that is new for them. */
export function newSignInMail({ clientName, at, from }: SessionMailFacts): MailContent {
  return securityMail({
    action: ACTION,
    title: "New sign-in to your account",
    preheader: `${mailTime(at)}, from ${from.clientAddress ?? "an unknown address"}`,
    paragraphs: [
      "Somebody signed in to your account from a device or network that is new for it. If that was you, there is nothing to do.",
    ],
    facts: [["Program", clientName], ["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If it was not you, sign it out on that page and secure the way you sign in, because whoever did this can use it: change your password, or secure your account at the provider.",
  })
}

/** Tells a person that a program's refresh token is in two hands, and that its sign-in was ended. */
export function reuseAlarmMail({ clientName, at, from }: SessionMailFacts): MailContent {
  const program = clientName ?? "a program"
  return securityMail({
    action: ACTION,
    title: "A sign-in was ended because its token was used twice",
    preheader: `${program}, ${mailTime(at)}`,
    paragraphs: [
      `A refresh token of your sign-in with “${program}” was used a second time, long after it had been replaced. There are two copies of it, and one may be stolen, so ${PRODUCT_NAME} ended that sign-in for both.`,
      "To carry on, sign in again with that program.",
    ],
    facts: [["Program", clientName], ["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If you did not restore the program from a backup or copy its files, treat it as theft: find out who can read that device’s files, and sign out everything you do not recognise on that page.",
  })
}
