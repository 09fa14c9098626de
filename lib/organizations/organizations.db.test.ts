import { describe, expect, test } from "vitest"
import { listAuditEvents } from "../audit/audit-log"
import { db } from "../db"
import { auditActionsOn, createPerson } from "../testing/factories"
import { countMembers, listMembers, renameOrganization } from "./organizations"

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

describe("renameOrganization", () => {
  test("gives the organization another name and records both", async () => {
    const { caller } = await createPerson({ role: "admin" })
    await renameOrganization(caller, { name: "After" })
    const { items } = await listAuditEvents(caller)
    expect(items).toMatchObject([
      {
        action: "organization.renamed",
        actor: { type: "user", id: caller.user.id, name: caller.user.name },
        targetId: caller.organization.id,
        details: { before: caller.organization.name, name: "After" },
      },
    ])
  })

  test("is refused to a member, and leaves no trace", async () => {
    const { caller } = await createPerson({ role: "member" })
    expect(await codeOf(renameOrganization(caller, { name: "After" }))).toBe("forbidden")
    const { name } = await db().organization.findUniqueOrThrow({ where: { id: caller.organization.id } })
    expect(name).toBe(caller.organization.name)
    expect(await auditActionsOn(caller.organization.id)).toEqual([])
  })
})

describe("listMembers", () => {
  test("shows the organization's own people and nobody else's", async () => {
    const [ada, stranger] = [await createPerson(), await createPerson()]
    const grace = await createPerson({ role: "member", organizationId: ada.caller.organization.id })
    const members = await listMembers(grace.caller)
    expect(members.map(({ id, role }) => [id, role])).toEqual([
      [ada.caller.user.id, "owner"],
      [grace.caller.user.id, "member"],
    ])
    expect(JSON.stringify(members)).not.toContain(stranger.caller.user.email)
    expect(await countMembers(grace.caller)).toBe(2)
  })
})

describe("listAuditEvents", () => {
  test("shows an organization its own events, page by page", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    for (const name of ["One", "Two", "Three"]) await renameOrganization(ada.caller, { name })
    await renameOrganization(grace.caller, { name: "Elsewhere" })
    const first = await listAuditEvents(ada.caller, { limit: 2 })
    const second = await listAuditEvents(ada.caller, { limit: 2, cursor: first.nextCursor ?? undefined })
    const names = [...first.items, ...second.items].map(({ details }) => details.name)
    expect(new Set(names)).toEqual(new Set(["One", "Two", "Three"]))
    expect(second.nextCursor).toBeNull()
  })

  test("is refused to a member", async () => {
    const { caller } = await createPerson({ role: "member" })
    expect(await codeOf(listAuditEvents(caller))).toBe("forbidden")
  })
})
