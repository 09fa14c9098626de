import type { Db } from "../db"

/** What a mail says. `text` and `html` tell the same. */
export type MailContent = { subject: string; text: string; html: string }

/**
 * Queues one mail for each address, about the account of who reads it, inside the transaction of what it tells of:
 * neither exists without the other. Such mails are sent before those below.
 */
export async function enqueueMail(db: Db, to: readonly string[], content: MailContent): Promise<void> {
  await db.mail.createMany({ data: [...new Set(to)].map((address) => ({ to: address, ...content })) })
}

/** The same about the keys of an organization, for its owners and admins. */
export function enqueueMailToAdmins(db: Db, organizationId: string, content: MailContent): Promise<void> {
  return enqueueMailsToAdmins(db, [{ organizationId, content }])
}

/** The same for several mails, to the admins of several organizations, in two statements however many they are. */
export async function enqueueMailsToAdmins(
  db: Db,
  mails: readonly { organizationId: string; content: MailContent }[],
): Promise<void> {
  const organizationIds = [...new Set(mails.map(({ organizationId }) => organizationId))]
  const admins = await db.membership.findMany({
    where: {
      organizationId: { in: organizationIds },
      role: { in: ["owner", "admin"] },
      user: { disabledAt: null },
    },
    select: { organizationId: true, user: { select: { email: true } } },
  })
  const addresses = new Map(organizationIds.map((id) => [id, new Set<string>()]))
  for (const { organizationId, user } of admins) addresses.get(organizationId)?.add(user.email)
  await db.mail.createMany({
    data: mails.flatMap(({ organizationId, content }) =>
      [...(addresses.get(organizationId) ?? [])].map((address) => ({
        to: address,
        organizationId,
        ...content,
      })),
    ),
  })
}
