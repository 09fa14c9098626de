import { env } from "../env"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailContent, mailTime } from "./mail-template"

// The mails about a person's sign-ins, to that person.

type SessionMailFacts = {
  /** The program, as people know it; null for a browser. */
  clientName: string | null
  at: Date
  from: MailSource
}

/** Tells a person of a sign-in from a device or network that is new for them. */
export function newSignInMail({ clientName, at, from }: SessionMailFacts): MailContent {
  return sessionMail({
    title: "New sign-in to your account",
    preheader: `${mailTime(at)}, from ${from.clientAddress ?? "an unknown address"}`,
    paragraphs: [
      "Somebody signed in to your account from a device or network that it was not used from before. If that was you, there is nothing to do.",
    ],
    facts: [["Program", clientName], ["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If it was not you, sign this one out on the page, and secure the account you sign in with at its provider: whoever did this could sign in there.",
  })
}

/** Tells a person that a program's refresh token is in two hands, and that its sign-in was ended. */
export function reuseAlarmMail({ clientName, at, from }: SessionMailFacts): MailContent {
  const program = clientName ?? "a program"
  return sessionMail({
    title: "A sign-in was ended because its token was used twice",
    preheader: `${program}, ${mailTime(at)}`,
    paragraphs: [
      `A refresh token of your sign-in with “${program}” was used a second time, long after it had been replaced. Two hold a copy of it, and one of them may be somebody who stole it, so Latchkey ended that sign-in for both.`,
      "Sign in again with that program to go on.",
    ],
    facts: [["Program", clientName], ["When", mailTime(at)], ...sourceFacts(from)],
    advice:
      "If you did not restore the program from a backup or copy its files, take it for theft: find out who can read the files of that device, and sign out whatever you do not know on the page.",
  })
}

function sessionMail(parts: Omit<Parameters<typeof mailContent>[0], "action" | "footer">): MailContent {
  const { APP_URL } = env()
  return mailContent({
    ...parts,
    action: { label: "Look at your sign-ins", url: `${APP_URL}/dashboard/security` },
    footer: `You get this mail because it is about your account at ${APP_URL}.`,
  })
}
