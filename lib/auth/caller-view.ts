import type { Caller } from "./caller"
import { permissionsOf } from "./permissions"

/** Who is calling, as the caller may see it. */
export function callerView(caller: Caller) {
  const { type, organization, role } = caller
  const scopes = permissionsOf(caller)
  if (type === "api_key") return { type, organization, scopes, keyId: caller.keyId }
  const { user, sessionId } = caller
  return { type, user, organization, role, scopes, sessionId }
}
