import type { Role } from "@/prisma/generated/enums"
import { recordCallerAudit } from "../audit/audit-log"
import type { UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { db } from "../db"
import type { RenameOrganizationInput } from "./organizations.schema"

export type MemberView = { id: string; name: string | null; email: string; role: Role; since: Date }

/** How many people the organization has. Throws forbidden. */
export async function countMembers(caller: UserCaller): Promise<number> {
  requirePermission(caller, "members:read")
  return db().membership.count({ where: { organizationId: caller.organization.id } })
}

export const MEMBERS_LISTED_MAX = 100

/** The organization's first hundred people, longest-serving first. Throws forbidden. */
export async function listMembers(caller: UserCaller): Promise<MemberView[]> {
  requirePermission(caller, "members:read")
  const memberships = await db().membership.findMany({
    where: { organizationId: caller.organization.id },
    orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    take: MEMBERS_LISTED_MAX,
    select: { role: true, createdAt: true, user: { select: { id: true, name: true, email: true } } },
  })
  return memberships.map(({ role, createdAt, user }) => ({ ...user, role, since: createdAt }))
}

/** Gives the caller's organization another name. Throws forbidden. */
export async function renameOrganization(
  caller: UserCaller,
  { name }: RenameOrganizationInput,
): Promise<void> {
  requirePermission(caller, "organization:write")
  requireStepUp(caller)
  const { id } = caller.organization
  await db().$transaction(async (tx) => {
    const { name: before } = await tx.organization.findUniqueOrThrow({
      where: { id },
      select: { name: true },
    })
    await tx.organization.update({ where: { id }, data: { name }, select: { id: true } })
    await recordCallerAudit(tx, caller, {
      action: "organization.renamed",
      targetId: id,
      details: { before, name },
    })
  })
}
