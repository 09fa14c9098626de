import { randomUUID } from "node:crypto"
import { expect, test } from "vitest"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { revokeApiKey } from "../api-keys/api-key-revocation"
import { revokeLeakedKeys } from "../api-keys/leaked-keys"
import { addDuration, days, hours, minutes, seconds } from "../duration"
import { createKey, createPerson } from "../testing/factories"
import { createUsagePartitions } from "./partitions"
import { writeApiKeyUses } from "./usage-writer"
import { getUseSinceLeak } from "./use-since-leak"

type Use = { time: Date; outcome?: ApiKeyOutcome; ipAddress?: string | null; route?: string }

async function writeUses(apiKeyId: string, organizationId: string, uses: Use[]) {
  await writeApiKeyUses(
    uses.map(({ time, outcome = "VALID", ipAddress = "203.0.113.7", route = "/api/v1/me" }) => ({
      id: randomUUID(),
      time,
      organizationId,
      apiKeyId,
      previousSecretId: null,
      outcome,
      status: outcome === "VALID" ? 200 : 401,
      method: "GET",
      route,
      latencyMs: 5,
      ipAddress,
      userAgent: null,
      requestId: "test-request",
      scopes: [],
    })),
  )
}

async function leakedKey() {
  const ada = await createPerson()
  const { id, secret } = await createKey(ada)
  const now = new Date()
  await createUsagePartitions(addDuration(now, -days(3)), addDuration(now, days(1)))
  await writeUses(id, ada.caller.organization.id, [
    { time: addDuration(now, -hours(30)), ipAddress: "192.0.2.1" },
    { time: addDuration(now, -hours(20)) },
    { time: addDuration(now, -minutes(2)), ipAddress: "203.0.113.99" },
    { time: addDuration(now, -minutes(1)), ipAddress: "2001:db8:1:2::9", outcome: "RATE_LIMITED" },
    { time: addDuration(now, -minutes(1)), ipAddress: null },
  ])
  await revokeLeakedKeys(null, [{ secret }], "github")
  await writeUses(id, ada.caller.organization.id, [
    {
      time: addDuration(now, seconds(20)),
      outcome: "REVOKED",
      route: "/api/v1/chat",
      ipAddress: "2001:db8:1::1",
    },
    {
      time: addDuration(now, hours(2)),
      outcome: "REVOKED",
      route: "/api/v1/chat",
      ipAddress: "2001:db8:1::1",
    },
  ])
  return { ada, id, secret }
}

test("tells what a leaked key did in the day before, and what was tried with it since", async () => {
  const { ada, id } = await leakedKey()
  expect(await getUseSinceLeak(ada.caller, { id })).toMatchObject({
    requests: 6,
    refused: 3,
    beforeRevocation: { requests: 4, refused: 1 },
    afterRevocation: { requests: 2, refused: 2 },
    networks: [
      { network: "2001:db8:1::/48", requests: 3, refused: 3 },
      { network: "203.0.113.0/24", requests: 2, refused: 0 },
    ],
    routes: [
      { method: "GET", route: "/api/v1/me", requests: 4, refused: 1 },
      { method: "GET", route: "/api/v1/chat", requests: 2, refused: 2 },
    ],
  })
})

test("tells nothing of a key that is not leaked, revoked or not", async () => {
  const ada = await createPerson()
  const { id } = await createKey(ada)
  expect(await getUseSinceLeak(ada.caller, { id })).toBeNull()
  await revokeApiKey(ada.caller, { id })
  expect(await getUseSinceLeak(ada.caller, { id })).toBeNull()
})

test("another organization sees 404", async () => {
  const { id } = await leakedKey()
  const { caller } = await createPerson()
  await expect(getUseSinceLeak(caller, { id })).rejects.toMatchObject({ code: "not_found" })
})
