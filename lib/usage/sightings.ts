import type { SightingKind } from "@/prisma/generated/enums"
import { readApiKey } from "../api-keys/api-key-view"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { currentTime } from "../clock"
import { db } from "../db"

/** More networks than this say nothing one by one. */
const SHOWN_MAX = 50

/** Something that a key was used with. */
export type Sighting = {
  kind: SightingKind
  value: string
  firstSeenAt: Date
  lastSeenAt: Date
  requests: number
}

/** What a key was seen with, the latest first, at most 50 of each kind. Throws forbidden or not_found. */
export async function listSightings(caller: Caller, { id }: { id: string }): Promise<Sighting[]> {
  requirePermission(caller, "api_keys:read")
  await readApiKey(db(), { id, organizationId: caller.organization.id }, currentTime())
  const kinds: SightingKind[] = ["network", "country", "client", "scope"]
  const lists = await Promise.all(
    kinds.map((kind) =>
      db().apiKeySighting.findMany({
        where: { apiKeyId: id, kind },
        orderBy: { lastSeenAt: "desc" },
        take: SHOWN_MAX,
        select: { kind: true, value: true, firstSeenAt: true, lastSeenAt: true, requests: true },
      }),
    ),
  )
  return lists.flat().map(({ requests, ...sighting }) => ({ ...sighting, requests: Number(requests) }))
}
