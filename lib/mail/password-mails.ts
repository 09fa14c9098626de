import { env } from "../env"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { mailContent, mailTime } from "./mail-template"

// The mails about passwords. Those that anybody can have sent say what to do if it was not them: nothing.

type Asked = { from: MailSource }
type AskedWithLink = Asked & { url: string }

const NOTHING_HAPPENED = "If you did not ask for it, do nothing: without this mail nothing happens."
const ONCE = "The link works once, for half an hour."

/** To somebody who wants to sign up and is not known yet. */
export function finishSignUpMail({ url, from }: AskedWithLink): MailContent {
  return askedMail({
    title: "Finish signing up",
    preheader: ONCE,
    paragraphs: ["Open the link to choose a password. Your account exists from then on.", ONCE],
    facts: sourceFacts(from),
    action: { label: "Choose a password", url },
    advice: NOTHING_HAPPENED,
  })
}

/** To somebody who wants to sign up and has an account. */
export function accountExistsMail({ from }: Asked): MailContent {
  return askedMail({
    title: "You have an account already",
    preheader: "Sign in with it instead",
    paragraphs: [
      "Somebody asked to sign up with this address, which an account signs in with already. Sign in the way you did before.",
    ],
    facts: sourceFacts(from),
    action: { label: "Sign in", url: `${env().APP_URL}/sign-in` },
    advice: NOTHING_HAPPENED,
  })
}

/** To a person who forgot their password. */
export function resetPasswordMail({ url, from }: AskedWithLink): MailContent {
  return askedMail({
    title: "Choose a new password",
    preheader: ONCE,
    paragraphs: ["Open the link to choose a new password. All your sign-ins end with that.", ONCE],
    facts: sourceFacts(from),
    action: { label: "Choose a new password", url },
    advice: NOTHING_HAPPENED,
  })
}

/** To a person who never had a password and wants a new one. */
export function noPasswordMail({ from }: Asked): MailContent {
  return askedMail({
    title: "Your account has no password",
    preheader: "Sign in the way you did before",
    paragraphs: [
      "Somebody asked for a new password for this address. Your account signs in another way, and a mail alone cannot add one.",
      "To have a password too, sign in as you did before and add it under Security.",
    ],
    facts: sourceFacts(from),
    action: { label: "Sign in", url: `${env().APP_URL}/sign-in` },
    advice: NOTHING_HAPPENED,
  })
}

/** To an address that no account has, which somebody says is theirs. */
export function nobodyMail({ from }: Asked): MailContent {
  return askedMail({
    title: "No account has this address",
    preheader: "Perhaps you signed up with another one",
    paragraphs: [
      "Somebody asked for a new password for this address, which no account has. Perhaps you signed up with another one.",
    ],
    facts: sourceFacts(from),
    action: { label: "Sign up", url: `${env().APP_URL}/sign-up` },
    advice: NOTHING_HAPPENED,
  })
}

type Done = { at: Date; from: MailSource }

/** Tells a person that their account has a password now. */
export function passwordSetMail({ at, from }: Done): MailContent {
  return doneMail(at, from, {
    title: "A password was added to your account",
    paragraphs: ["It signs you in from now on, beside the ways you had before."],
  })
}

/** Tells a person that their password was changed. */
export function passwordChangedMail({ at, from }: Done): MailContent {
  return doneMail(at, from, {
    title: "Your password was changed",
    paragraphs: ["The earlier one does not work any more, and your other sign-ins were ended."],
  })
}

/** Tells a person that their password was removed. */
export function passwordRemovedMail({ at, from }: Done): MailContent {
  return doneMail(at, from, {
    title: "Your password was removed",
    paragraphs: ["It does not sign you in any more, and your other sign-ins were ended."],
  })
}

function askedMail(parts: Omit<Parameters<typeof mailContent>[0], "footer">): MailContent {
  const footer = `You get this mail because somebody typed your address at ${env().APP_URL}.`
  return mailContent({ ...parts, footer })
}

function doneMail(
  at: Date,
  from: MailSource,
  { title, paragraphs }: { title: string; paragraphs: string[] },
): MailContent {
  const { APP_URL } = env()
  return mailContent({
    title,
    preheader: mailTime(at),
    paragraphs,
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
    action: { label: "Look at your account’s security", url: `${APP_URL}/dashboard/security` },
    advice:
      "If it was not you, somebody can act in your name: ask for a new password on the sign-in page, then sign out everywhere else.",
    footer: `You get this mail because it is about your account at ${APP_URL}.`,
  })
}
