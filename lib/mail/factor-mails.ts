import type { SecondFactorMethod } from "@/prisma/generated/enums"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailTime } from "./mail-template"
import { securityMail } from "./security-mail"

// The mails about a person's second factors, to that person.

const NOT_YOU =
  "If this was not you, sign out everywhere else on that page and secure the way you sign in: change your password, or secure your account at the provider."

const kinds: Record<SecondFactorMethod, string> = {
  totp: "Authenticator app",
  passkey: "Passkey",
  recovery_code: "Recovery code",
}

type FactorFacts = { name: string; kind: SecondFactorMethod; at: Date; from: MailSource }

/** Tells a person that a second factor was added to their account. */
export function factorAddedMail({ name, kind, at, from }: FactorFacts): MailContent {
  return securityMail({
    title: kind === "totp" ? "An authenticator app was added" : "A passkey was added",
    preheader: `${name}, ${mailTime(at)}`,
    paragraphs: ["You can now use it to sign in and to confirm sensitive changes."],
    facts: [["Kind", kinds[kind]], ["Name", name], ["When", mailTime(at)], ...sourceFacts(from)],
    advice: `${NOT_YOU} Then remove it.`,
  })
}

/** Tells a person that one of their second factors was removed. */
export function factorRemovedMail({ name, kind, at, from }: FactorFacts): MailContent {
  return securityMail({
    title: kind === "totp" ? "An authenticator app was removed" : "A passkey was removed",
    preheader: `${name}, ${mailTime(at)}`,
    paragraphs: ["It can no longer be used to sign in or to confirm changes."],
    facts: [["Kind", kinds[kind]], ["Name", name], ["When", mailTime(at)], ...sourceFacts(from)],
    advice: NOT_YOU,
  })
}

/** Tells a person that their authenticator app was switched off after too many wrong codes. */
export function factorDisabledMail({ at, from }: { at: Date; from: MailSource }): MailContent {
  return securityMail({
    title: "Your authenticator app was switched off",
    preheader: `After too many wrong codes, ${mailTime(at)}`,
    paragraphs: [
      "Somebody who can sign in as you entered many wrong codes, so codes from this app are no longer accepted. Your passkeys and recovery codes still work.",
      "Sign in with one of those, then add the app again.",
    ],
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    advice: NOT_YOU,
  })
}

/** Tells a person that one of their recovery codes was used. */
export function recoveryCodeUsedMail({ left, from }: { left: number; from: MailSource }): MailContent {
  return securityMail({
    title: "A recovery code was used",
    preheader: left === 1 ? "One is left" : `${left} are left`,
    paragraphs: [
      left === 0
        ? "It was the last one. Generate new codes on that page, or you may lock yourself out."
        : `${left === 1 ? "One code is" : `${left} codes are`} left. You can generate ten new ones on that page.`,
    ],
    facts: sourceFacts(from),
    advice: NOT_YOU,
  })
}

/** Tells a person that their recovery codes were replaced. */
export function recoveryCodesReplacedMail({ at, from }: { at: Date; from: MailSource }): MailContent {
  return securityMail({
    title: "New recovery codes were generated",
    preheader: mailTime(at),
    paragraphs: ["Your earlier codes no longer work."],
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    advice: NOT_YOU,
  })
}

/** Tells a person that somebody says they lost their second factors, and how to stop it. */
export function factorResetRequestedMail({
  readyAt,
  from,
}: {
  readyAt: Date
  from: MailSource
}): MailContent {
  return securityMail({
    title: "Your second factors are about to be removed",
    preheader: `Unless you stop it, from ${mailTime(readyAt)} on`,
    paragraphs: [
      "Somebody signed in as you and said that all your second factors are lost. If that was you, come back and sign in after the time below.",
      "If it was not you, sign in with a second factor before then. That stops it at once.",
    ],
    facts: [["Possible from", mailTime(readyAt)], ...sourceFacts(from)],
    advice:
      "Then secure the way you sign in, because whoever did this can use it: change your password, or secure your account at the provider.",
  })
}

/** Tells a person that their second factors were removed after the wait. */
export function factorResetDoneMail({ at, from }: { at: Date; from: MailSource }): MailContent {
  return securityMail({
    title: "Your second factors were removed",
    preheader: mailTime(at),
    paragraphs: [
      "The waiting period is over, and all your other sign-ins were ended. Add a new authenticator app or passkey now.",
    ],
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    advice: NOT_YOU,
  })
}
