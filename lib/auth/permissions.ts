import type { Role } from "@/prisma/generated/enums"
import { AppError } from "../errors"
import type { Caller, UserCaller } from "./caller"
import { isScope, type Scope } from "./scopes"

/** What only people may do, whatever a key's scopes say. */
type PersonalPermission =
  | "api_keys:read"
  | "api_keys:write"
  | "audit_log:read"
  | "members:read"
  | "organization:write"

export type Permission = Scope | PersonalPermission

const member: readonly Permission[] = ["ai:invoke", "api_keys:read", "members:read"]
const admin: readonly Permission[] = [...member, "api_keys:write", "audit_log:read", "organization:write"]

/** The one table of roles. */
const rolePermissions: Record<Role, readonly Permission[]> = { member, admin, owner: admin }

/** Every permission the caller has now: a person's by their role, a key's those of its scopes its creator still has. */
export function permissionsOf(caller: Caller): readonly Permission[] {
  const byRole = rolePermissions[caller.role]
  return caller.type === "user"
    ? byRole
    : byRole.filter((permission) => isScope(permission) && caller.scopes.includes(permission))
}

/** Whether the caller may do this now. For drawing a page; verbs use requirePermission. */
export function can(caller: Caller, permission: Permission): boolean {
  return permissionsOf(caller).includes(permission)
}

/** Throws forbidden. The first line of each verb; a key's caller is told which scope it lacks. */
export function requirePermission(
  caller: Caller,
  permission: PersonalPermission,
): asserts caller is UserCaller
export function requirePermission(caller: Caller, permission: Permission): void
export function requirePermission(caller: Caller, permission: Permission): void {
  if (can(caller, permission)) return
  if (caller.type === "user")
    throw new AppError("forbidden", "Your role does not allow this. Ask an owner or admin.")
  if (!isScope(permission))
    throw new AppError("forbidden", "An API key can never do this. Sign in as a person.")
  throw new AppError("forbidden", `This API key lacks the scope ${permission}.`, { scope: permission })
}
