import { createHash } from "node:crypto"
import type { Caller } from "./auth/caller"
import { currentTime } from "./clock"
import type { Db } from "./db"
import { addDuration, hours } from "./duration"
import { AppError } from "./errors"

// Requests that may be sent twice (draft-ietf-httpapi-idempotency-key-header). The key is written in the transaction
// that does the work, so there is never one without the other, whenever a process dies. What is kept is what was
// made, never the answer: that holds a secret, which is told once.

/** How long a key stands for its request. */
export const IDEMPOTENCY_KEPT = hours(24)
const KEY_LENGTH_MAX = 255

/** A request that its sender may repeat: the header's text and a hash of all that the request asks for. */
export type Idempotency = { key: string; requestHash: Uint8Array<ArrayBuffer> }

/** The Idempotency-Key of a request, or null without one. Throws bad_request for one that cannot be a key. */
export function readIdempotencyKey(request: Request, body: unknown): Idempotency | null {
  const key = request.headers.get("idempotency-key")
  if (key === null) return null
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > KEY_LENGTH_MAX)
    throw new AppError("bad_request", `Idempotency-Key must have 1 to ${KEY_LENGTH_MAX} visible characters.`)
  const { pathname } = new URL(request.url)
  const asked = JSON.stringify([request.method, pathname, body ?? null])
  return { key, requestHash: new Uint8Array(createHash("sha256").update(asked).digest()) }
}

/**
 * The id of what the same request has made before, or null: then the caller makes it and hands its id to
 * `rememberRequest`, in this transaction. Throws idempotency_key_in_use while the same is under way, and
 * idempotency_key_reused for another request under this key.
 */
export async function findEarlierRequest(
  tx: Db,
  caller: Caller,
  idempotency: Idempotency | null,
): Promise<string | null> {
  if (!idempotency) return null
  const [callerId, { key, requestHash }] = [idOf(caller), idempotency]
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`idempotency ${callerId} ${key}`}, 0)) AS taken`
  if (!lock?.taken)
    throw new AppError("idempotency_key_in_use", "A request with this Idempotency-Key is still under way.")
  const earlier = await tx.idempotencyKey.findUnique({
    where: { callerId_key: { callerId, key } },
    select: { requestHash: true, targetId: true, createdAt: true },
  })
  if (!earlier) return null
  if (addDuration(earlier.createdAt, IDEMPOTENCY_KEPT) <= currentTime()) {
    await tx.idempotencyKey.delete({ where: { callerId_key: { callerId, key } } })
    return null
  }
  if (!Buffer.from(earlier.requestHash).equals(requestHash))
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was sent with another request before.")
  return earlier.targetId
}

/** Says what the request made. Inside the transaction that makes it. */
export async function rememberRequest(
  tx: Db,
  caller: Caller,
  idempotency: Idempotency | null,
  targetId: string,
): Promise<void> {
  if (!idempotency) return
  await tx.idempotencyKey.create({ data: { ...idempotency, callerId: idOf(caller), targetId } })
}

function idOf(caller: Caller): string {
  return `${caller.organization.id} ${caller.type === "user" ? caller.user.id : caller.keyId}`
}
