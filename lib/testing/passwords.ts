import { db } from "../db"
import { hashPassword } from "../passwords/password-hash"
import type { Person } from "./factories"

// Passwords for tests, as if they had been chosen long ago.

export const PASSWORD = "gentle otters count pebbles"
export const OTHER_PASSWORD = "seven windy harbours sing"

export async function addPassword({ caller }: Person, password = PASSWORD): Promise<void> {
  const stored = { userId: caller.user.id, hash: await hashPassword(password), changedAt: new Date(0) }
  await db().password.create({ data: stored, select: { userId: true } })
}

/** The token of the newest link in the mails to somebody, or null. */
export async function mailedToken(to: string): Promise<string | null> {
  const mail = await db().mail.findFirst({ where: { to }, orderBy: { id: "desc" }, select: { text: true } })
  return /\?token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? null
}
