import { currentTime } from "../clock"
import { env } from "../env"
import { PRODUCT_NAME } from "../product"
import type { MailContent } from "./mail-queue"
import { type MailSource, sourceFacts } from "./mail-source"
import { type LinkedMailParts, mailContent, mailTime } from "./mail-template"

// The mails about API keys, to the owners and admins of their organization.

type Key = { id: string; name: string; lastFour: string }

/** What has just been done with a key. */
type KeyEventFacts = {
  organizationName: string
  key: Key
  /** Who did it, as people know them. */
  actor: string
  reason: string | null
  /** Where it was asked for. */
  from: MailSource | null
  /** No more such mails are sent for a while. */
  isLast?: boolean
}

type ApiKeyMailEvent = "created" | "rotated" | "revoked" | "restored" | "suspended" | "resumed"

const NOT_MEANT =
  "If none of you meant to do this, revoke the key on its page, then check the audit log for what else was done."

const LAST_FOR_A_WHILE =
  "This is the last such mail for a while: very much was done with your keys within an hour. The audit log goes on recording all of it."

const words: Record<ApiKeyMailEvent, { effect: string; advice: string }> = {
  created: { effect: "Whoever holds its secret can use it from now on.", advice: NOT_MEANT },
  rotated: {
    effect:
      "It has a new secret. Programs that use the old one need the new one before the overlap ends; the page of the key says when that is, and whether the old secret is still in use.",
    advice: NOT_MEANT,
  },
  revoked: {
    effect: "Every request that presents it is refused from now on.",
    advice:
      "If a program still needs it, open the page of the key: it says whether the revocation can still be undone. Otherwise create a new key.",
  },
  restored: { effect: "Its revocation was undone: its secret works again.", advice: NOT_MEANT },
  suspended: {
    effect: "Requests that present it are refused until an owner or admin resumes it. Nothing of it is lost.",
    advice: "If it is used as it should be, resume it on its page. If you are not sure, leave it suspended.",
  },
  resumed: { effect: "It is no longer suspended: its secret works again.", advice: NOT_MEANT },
}

/** Tells the admins that a key was made, rotated, revoked, restored, suspended or resumed. */
export function apiKeyMail(event: ApiKeyMailEvent, facts: KeyEventFacts): MailContent {
  const { organizationName, key, actor, reason, from, isLast } = facts
  const at = mailTime(currentTime())
  return keyMail(facts, {
    title: `API key “${key.name}” was ${event}`,
    preheader: `By ${actor} in ${organizationName}, ${at}`,
    paragraphs: [
      `${actor} ${event} the API key “${key.name}” in ${organizationName}.`,
      words[event].effect,
      ...(isLast ? [LAST_FOR_A_WHILE] : []),
    ],
    facts: [["By", actor], ["Reason", reason || null], ["When", at], ...sourceFacts(from)],
    advice: words[event].advice,
  })
}

/** Tells the admins that a key was found in public, and is revoked for good. */
export function apiKeyLeakedMail({
  source,
  url,
  ...facts
}: Pick<KeyEventFacts, "organizationName" | "key" | "reason"> & {
  /** Who found it, as people know them. */
  source: string
  /** Where it was found, in the words of who found it. */
  url: string | null
}): MailContent {
  const { organizationName, key, reason } = facts
  return keyMail(facts, {
    title: `API key “${key.name}” was found in public and revoked`,
    preheader: `Found by ${source}. Programs that use it need a new key.`,
    paragraphs: [
      `${source} found the secret of the API key “${key.name}” of ${organizationName} where anybody can read it. ${PRODUCT_NAME} revoked the key at once, for good.`,
      "Create a new key for the programs that used it, remove the secret from where it was found, and check the key's latest requests for any that were not yours.",
    ],
    facts: [
      ["Found by", source],
      ["Found at", url || null],
      ["Reason", reason || null],
      ["When", mailTime(currentTime())],
    ],
    advice:
      "Removing the secret from a public place is not enough to use it again: copies of such places are made within minutes.",
  })
}

/** Tells the admins of an unusual use of a key, in the words of the rule that noticed it. */
export function findingMail({
  organizationName,
  key,
  rule,
  headline,
  details,
  suspended,
  at,
}: {
  organizationName: string
  key: Key
  rule: string
  headline: string
  details: readonly string[]
  suspended: boolean
  at: Date
}): MailContent {
  return keyMail(
    { organizationName, key },
    {
      title: `${suspended ? "Suspended after unusual use" : "Unusual use"}: API key “${key.name}”`,
      preheader: headline,
      paragraphs: [
        headline,
        suspended
          ? "The key is suspended: requests that present it are refused until an owner or admin resumes it."
          : "The key goes on working. Only you can tell whether this was you.",
      ],
      points: details,
      facts: [
        ["Noticed by", `the rule ${rule}`],
        ["When", mailTime(at)],
      ],
      action: "Answer on the page of the key",
      advice: suspended
        ? "If it was you, say so on the page of the key and resume it. If not, revoke it and create a new one."
        : "If it was you, say so on the page of the key, and you will not be asked again. If not, suspend or revoke it there.",
    },
  )
}

/** Reminds the admins that a key is about to expire. */
export function expiryReminderMail({
  organizationName,
  key,
  expiresAt,
  lastUsedAt,
}: {
  organizationName: string
  key: Key
  expiresAt: Date
  lastUsedAt: Date | null
}): MailContent {
  return keyMail(
    { organizationName, key },
    {
      title: `API key “${key.name}” expires on ${mailTime(expiresAt)}`,
      preheader: `From then on, requests that present it are refused.`,
      paragraphs: [
        `The API key “${key.name}” of ${organizationName} is about to expire. From then on, requests that present it are refused.`,
        "Programs that still use it need a new key, or the key a later expiry, before then.",
      ],
      facts: [
        ["Expires", mailTime(expiresAt)],
        ["Last used", lastUsedAt ? mailTime(lastUsedAt) : "never"],
      ],
      advice: "If nothing uses it any more, there is nothing to do.",
    },
  )
}

/** Asks the admins about a key that nobody has ever used. */
export function unusedReminderMail({
  organizationName,
  key,
  createdAt,
  createdBy,
}: {
  organizationName: string
  key: Key
  createdAt: Date
  /** Who made it, as people know them. */
  createdBy: string
}): MailContent {
  return keyMail(
    { organizationName, key },
    {
      title: `API key “${key.name}” has never been used`,
      preheader: "A key that nobody needs is best revoked.",
      paragraphs: [
        `The API key “${key.name}” of ${organizationName} has not been used since it was created.`,
        "A secret that nobody needs can still be stolen. If it was made for something that never came, revoke it.",
      ],
      facts: [
        ["Created", mailTime(createdAt)],
        ["By", createdBy],
      ],
      advice: "If it is still to be used, there is nothing to do: you will not be asked again.",
    },
  )
}

/** What all of them have: the key, where to look at it, and why one gets the mail. */
function keyMail(
  { organizationName, key }: { organizationName: string; key: Key },
  { action = "Review the key", facts = [], ...parts }: LinkedMailParts,
): MailContent {
  const { APP_URL } = env()
  return mailContent({
    ...parts,
    facts: [["Key", `${key.name} (ends in ${key.lastFour})`], ["Organization", organizationName], ...facts],
    action: { label: action, url: `${APP_URL}/dashboard/api-keys/${encodeURIComponent(key.id)}` },
    footer: `You are receiving this e-mail as an owner or admin of ${organizationName} at ${APP_URL}.`,
  })
}
