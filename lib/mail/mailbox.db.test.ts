import { beforeEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { enqueueMail } from "./mail-queue"
import { getMail, hasMailbox, listMails } from "./mailbox"

const variables = vi.hoisted(() => ({ NODE_ENV: "development", LATCHKEY_PREVIEW: false }))
vi.mock("../env", async (original) => {
  const { env, ...module } = await original<typeof import("../env")>()
  return { ...module, env: () => ({ ...env(), ...variables }) }
})

beforeEach(async () => {
  Object.assign(variables, { NODE_ENV: "development", LATCHKEY_PREVIEW: false })
  await db().mail.deleteMany()
})

const content = { subject: "Hello", text: "As text", html: "<p>As HTML</p>" }

describe("the mailbox", () => {
  test("lists newest first with what became of each, and shows one whole", async () => {
    for (const to of ["first@example.test", "second@example.test", "third@example.test"])
      await enqueueMail(db(), [to], content)
    await db().mail.updateMany({ where: { to: "first@example.test" }, data: { sentAt: new Date() } })
    await db().mail.updateMany({ where: { to: "second@example.test" }, data: { failedAt: new Date() } })
    const { items, nextCursor } = await listMails({ limit: 2 })
    expect(items.map(({ to, state }) => [to, state])).toEqual([
      ["third@example.test", "waiting"],
      ["second@example.test", "failed"],
    ])
    const rest = await listMails({ limit: 2, cursor: nextCursor ?? "" })
    expect(rest).toMatchObject({ items: [{ to: "first@example.test", state: "sent" }], nextCursor: null })
    expect(await getMail(items[0]?.id ?? "")).toMatchObject({ to: "third@example.test", ...content })
    expect(await getMail("01KAVQ0000000000000000000A")).toBeNull()
  })

  test("is there in preview, and is not there in production", async () => {
    Object.assign(variables, { NODE_ENV: "production", LATCHKEY_PREVIEW: true })
    expect(hasMailbox()).toBe(true)
    Object.assign(variables, { LATCHKEY_PREVIEW: false })
    expect(hasMailbox()).toBe(false)
    await expect(listMails()).rejects.toMatchObject({ code: "not_found" })
    await expect(getMail("01KAVQ0000000000000000000A")).rejects.toMatchObject({ code: "not_found" })
  })
})
