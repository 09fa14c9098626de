import type { SecondFactorPolicy } from "@/prisma/generated/enums"
import { recordCallerAudit } from "../audit/audit-log"
import type { UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { db } from "../db"
import { AppError } from "../errors"
import type { SetSecondFactorPolicyInput } from "./organizations.schema"

/** How many people of the organization have no second factor: whom a stricter policy would stop. */
export function countMembersWithoutFactor(caller: UserCaller): Promise<number> {
  requirePermission(caller, "members:read")
  return db().membership.count({
    where: { organizationId: caller.organization.id, user: { secondFactorSince: null } },
  })
}

/**
 * Sets what second factor the organization asks of its people, from their next request on. Throws forbidden,
 * step_up_required, or conflict for who would lock themselves out.
 */
export async function setSecondFactorPolicy(
  caller: UserCaller,
  { policy }: SetSecondFactorPolicyInput,
): Promise<void> {
  requirePermission(caller, "organization:write")
  requireStepUp(caller)
  if (policy !== "optional" && caller.stepUp === "sign_in")
    throw new AppError(
      "conflict",
      "Add a second factor of your own under Security first, then ask it of everybody.",
    )
  await db().$transaction(async (tx) => {
    const { count } = await tx.organization.updateMany({
      where: { id: caller.organization.id, secondFactorPolicy: { not: policy } },
      data: { secondFactorPolicy: policy },
    })
    if (count === 0) return
    await recordCallerAudit(tx, caller, {
      action: "organization.second_factor_policy_changed",
      targetId: caller.organization.id,
      details: { policy } satisfies { policy: SecondFactorPolicy },
    })
  })
}
