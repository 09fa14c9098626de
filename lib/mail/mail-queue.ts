import type { Db } from "../db"

/** What a mail says. `text` and `html` tell the same. */
export type MailContent = { subject: string; text: string; html: string }

/** Queues one mail for each address inside the transaction of what it tells of: neither exists without the other. */
export async function enqueueMail(db: Db, to: readonly string[], content: MailContent): Promise<void> {
  await db.mail.createMany({ data: [...new Set(to)].map((address) => ({ to: address, ...content })) })
}

/** The same for the owners and admins of an organization. */
export async function enqueueMailToAdmins(
  db: Db,
  organizationId: string,
  content: MailContent,
): Promise<void> {
  const admins = await db.membership.findMany({
    where: { organizationId, role: { in: ["owner", "admin"] }, user: { disabledAt: null } },
    select: { user: { select: { email: true } } },
  })
  await enqueueMail(
    db,
    admins.map(({ user }) => user.email),
    content,
  )
}
