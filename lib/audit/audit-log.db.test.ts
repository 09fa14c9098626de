import { describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { createPerson } from "../testing/factories"
import { listAuditEvents, recordAudits } from "./audit-log"

describe("recordAudits", () => {
  test("writes every event of an act in one statement, with the request that asked for it", async () => {
    const { caller } = await createPerson()
    const actor = { type: "user", id: caller.user.id } as const
    const targets = Array.from({ length: 50 }, (_, index) => `target-${index}`)
    const events = targets.map((targetId) => ({
      action: "session.ended" as const,
      organizationId: caller.organization.id,
      actor,
      targetId,
      details: { reason: "revoked" },
    }))
    const statements = vi.spyOn(db().auditEvent, "createMany")
    await recordAudits(db(), caller.source, events)
    expect(statements).toHaveBeenCalledOnce()
    const { items } = await listAuditEvents(caller, { limit: 100 })
    expect(new Set(items.map(({ targetId }) => targetId))).toEqual(new Set(targets))
    expect(items[0]).toMatchObject({
      action: "session.ended",
      actor,
      ipAddress: caller.source.clientAddress,
      requestId: caller.source.requestId,
      details: { reason: "revoked" },
    })
  })

  test("of nothing writes nothing", async () => {
    const { caller } = await createPerson()
    await recordAudits(db(), caller.source, [])
    expect((await listAuditEvents(caller)).items).toEqual([])
  })
})
