import { env } from "../env"
import type { MailContent } from "./mail-queue"
import { type LinkedMailParts, mailContent } from "./mail-template"

/** A mail to a person about their own account, whose button leads to the page where they can look and act. */
export function securityMail({
  action = "Review your account’s security",
  ...parts
}: LinkedMailParts): MailContent {
  const { APP_URL } = env()
  return mailContent({
    ...parts,
    action: { label: action, url: `${APP_URL}/dashboard/security` },
    footer: `You are receiving this e-mail because it is about your account at ${APP_URL}.`,
  })
}
