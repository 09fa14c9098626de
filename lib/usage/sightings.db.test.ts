import { expect, test } from "vitest"
import { db } from "../db"
import { createKey, createPerson } from "../testing/factories"
import { listSightings } from "./sightings"

test("tells what a key was seen with, the latest first, to its own organization alone", async () => {
  const [ada, grace] = [await createPerson(), await createPerson()]
  const { id } = await createKey(ada)
  const organizationId = ada.caller.organization.id
  const seen = (kind: "network" | "country", value: string, at: number) => ({
    ...{ organizationId, apiKeyId: id, kind, value, requests: 1 },
    ...{ firstSeenAt: new Date(at), lastSeenAt: new Date(at) },
  })
  await db().apiKeySighting.createMany({
    data: [
      seen("country", "DE", 1),
      seen("network", "192.0.2.0/24", 1),
      seen("network", "198.51.100.0/24", 2),
    ],
  })
  const values = (await listSightings(ada.caller, { id })).map(({ value }) => value)
  expect(values).toEqual(["198.51.100.0/24", "192.0.2.0/24", "DE"])
  await expect(listSightings(grace.caller, { id })).rejects.toMatchObject({ code: "not_found" })
})
