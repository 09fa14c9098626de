import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import type { RequestSource } from "../http/request-context"
import type { Consumption } from "../rate-limit/sliding-window"

/** The key that a request presented, whether or not it was accepted: what the usage log tells of. */
export type PresentedKey = {
  id: string
  organizationId: string
  /** Set when an older secret was presented, which a rotation has replaced. */
  previousSecretId: string | null
  outcome: ApiKeyOutcome
  /** Null where it was refused before it was counted. */
  rateLimit: Consumption | null
  /** The scopes that the request needed and had. */
  neededScopes: Set<string>
}

const presented = new WeakMap<RequestSource, PresentedKey>()

/** Remembers the key for the end of the request. */
export function notePresentedKey(source: RequestSource, key: PresentedKey): void {
  presented.set(source, key)
}

/** The key that this request presented, if it was one we know. */
export function getPresentedKey(source: RequestSource): PresentedKey | undefined {
  return presented.get(source)
}
