import { env } from "../env"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts, strangerFacts } from "./mail-source"
import { type MailParts, mailContent, mailTime } from "./mail-template"
import { securityMail } from "./security-mail"

// The mails about passwords. Those that anybody can have sent say what to do if it was not them: nothing.

type MailedLink = { url: string; from: MailSource }

const ONCE = "The link works once and expires in half an hour."

/** To somebody who wants to sign up and is not known yet. */
export function finishSignUpMail({ url, from }: MailedLink): MailContent {
  return askedMail(from, {
    title: "Finish signing up",
    preheader: ONCE,
    paragraphs: ["Open the link to choose a password. That creates your account.", ONCE],
    action: { label: "Choose a password", url },
  })
}

/** To somebody who wants to sign up and has an account. */
export function accountExistsMail({ from }: { from: MailSource }): MailContent {
  return askedMail(from, {
    title: "You already have an account",
    preheader: "Sign in instead",
    paragraphs: [
      "Somebody tried to sign up with this address, but it already has an account. Sign in the way you did before.",
    ],
    action: { label: "Sign in", url: `${env().APP_URL}/sign-in` },
  })
}

/** To a person who forgot their password. */
export function resetPasswordMail({ url, from }: MailedLink): MailContent {
  return askedMail(from, {
    title: "Reset your password",
    preheader: ONCE,
    paragraphs: ["Open the link to choose a new password. That signs you out everywhere.", ONCE],
    action: { label: "Choose a new password", url },
  })
}

/** To a person without a password who wants to reset it. */
export function noPasswordMail({ from }: { from: MailSource }): MailContent {
  return askedMail(from, {
    title: "Your account has no password",
    preheader: "Sign in the way you did before",
    paragraphs: [
      "Somebody asked to reset the password for this address, but your account has none: you sign in another way.",
      "To add a password, sign in the way you did before and open Security.",
    ],
    action: { label: "Sign in", url: `${env().APP_URL}/sign-in` },
  })
}

/** To an address that no account has, which somebody says is theirs. */
export function nobodyMail({ from }: { from: MailSource }): MailContent {
  return askedMail(from, {
    title: "No account has this address",
    preheader: "Perhaps you signed up with another one",
    paragraphs: [
      "Somebody asked to reset the password for this address, but no account uses it. Perhaps you signed up with another one.",
    ],
    action: { label: "Sign up", url: `${env().APP_URL}/sign-up` },
  })
}

type Change = { at: Date; from: MailSource }

const RESET_IT =
  "If this was not you, somebody can act in your name: reset your password from the sign-in page, then sign out everywhere else."

/** Tells a person that their account has a password now. */
export function passwordSetMail(change: Change): MailContent {
  return changeMail(change, {
    title: "A password was added to your account",
    paragraphs: ["You can now sign in with it, as well as the way you did before."],
    advice: RESET_IT,
  })
}

/** Tells a person that their password was changed. */
export function passwordChangedMail(change: Change): MailContent {
  return changeMail(change, {
    title: "Your password was changed",
    paragraphs: ["The earlier one no longer works, and your other sign-ins were ended."],
    advice: RESET_IT,
  })
}

/** Tells a person that their password was removed. */
export function passwordRemovedMail(change: Change): MailContent {
  return changeMail(change, {
    title: "Your password was removed",
    paragraphs: ["It no longer signs you in, and your other sign-ins were ended."],
    advice:
      "If this was not you, sign in another way, sign out everywhere else on that page, and add a password again.",
  })
}

function askedMail(
  from: MailSource,
  parts: Pick<MailParts, "title" | "preheader" | "paragraphs" | "action">,
): MailContent {
  return mailContent({
    ...parts,
    facts: strangerFacts(from),
    advice: "If this was not you, you can ignore this e-mail. Nothing has changed.",
    footer: `You are receiving this e-mail because somebody entered your address at ${env().APP_URL}.`,
  })
}

function changeMail(
  { at, from }: Change,
  parts: Pick<MailParts, "title" | "paragraphs" | "advice">,
): MailContent {
  return securityMail({
    ...parts,
    preheader: mailTime(at),
    facts: [["When", mailTime(at)], ...sourceFacts(from)],
  })
}
