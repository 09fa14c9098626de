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
  | "members:write"
  | "organization:write"
  | "sessions:read"
  | "sessions:write"

export type Permission = Scope | PersonalPermission

const member: readonly Permission[] = [
  "ai:invoke",
  "api_keys:read",
  "members:read",
  "sessions:read",
  "sessions:write",
]
const admin: readonly Permission[] = [
  ...member,
  "api_keys:write",
  "audit_log:read",
  "keys:verify",
  "members:write",
  "organization:write",
]

/** The one table of roles. */
const rolePermissions: Record<Role, readonly Permission[]> = { member, admin, owner: admin }

/** Everything there is to allow: what an access token may be asked for as its scope. */
export const permissions: readonly Permission[] = [...admin].sort()

/**
 * Every permission the caller has now: a person's by their role, within the scope of their access token; a key's
 * those of its scopes its creator still has.
 */
export function permissionsOf(caller: Caller): readonly Permission[] {
  const { scopes } = caller
  const byRole = scopes ? scopeWithin(caller.role, scopes) : rolePermissions[caller.role]
  return caller.type === "user" ? byRole : byRole.filter(isScope)
}

/** The part of a scope that a role allows: what an access token may say of its person. */
export function scopeWithin(role: Role, scope: readonly string[]): readonly Permission[] {
  return rolePermissions[role].filter((permission) => scope.includes(permission))
}

/** Whether the caller may do this now. For drawing a page; verbs use requirePermission. */
export function can(caller: Caller, permission: Permission): boolean {
  return permissionsOf(caller).includes(permission)
}

/** Throws forbidden. The first line of each verb; a program is told which scope it lacks. */
export function requirePermission(
  caller: Caller,
  permission: PersonalPermission,
): asserts caller is UserCaller
export function requirePermission(caller: Caller, permission: Permission): void
export function requirePermission(caller: Caller, permission: Permission): void {
  if (can(caller, permission)) {
    if (caller.type === "api_key") caller.neededScopes.add(permission)
    return
  }
  if (caller.type === "api_key" && !isScope(permission))
    throw new AppError("forbidden", "An API key can never do this. Sign in as a person.")
  if (caller.type === "user" && !rolePermissions[caller.role].includes(permission))
    throw new AppError("forbidden", "Your role does not allow this. Ask an owner or admin.")
  throw new AppError("forbidden", `This credential lacks the scope ${permission}.`, { scope: permission })
}
