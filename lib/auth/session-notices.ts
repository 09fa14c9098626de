import type { Db } from "../db"
import type { RequestSource } from "../http/request-context"
import { enqueueMail } from "../mail/mail-queue"
import { newSignInMail, reuseAlarmMail } from "../mail/session-mails"
import { networkOf } from "../network/cidr"
import { programDeviceName } from "../network/device-name"
import { clientName } from "./clients"

// What a person is told of their sign-ins, queued in the transaction that records them.

/** So many of a person's latest sign-ins say what is known of them. */
const REMEMBERED_SIGN_INS = 200

type NewSignIn = { id: string; userId: string; clientId: string | null; at: Date }

/**
 * Tells the person of a sign-in that was just opened from a device or a network that none of their others came from.
 * The first one of all is the person who signs up, and is no news to them.
 */
export async function noticeSignIn(db: Db, source: RequestSource, signIn: NewSignIn): Promise<void> {
  const { id, userId, clientId, at } = signIn
  const others = await db.session.findMany({
    where: { userId, id: { not: id } },
    orderBy: { id: "desc" },
    take: REMEMBERED_SIGN_INS,
    select: { clientId: true, ipAddress: true, userAgent: true },
  })
  const { clientAddress: ipAddress, userAgent } = source
  const isKnown =
    others.some((other) => deviceOf(other) === deviceOf({ clientId, userAgent })) &&
    others.some((other) => placeOf(other) === placeOf({ ipAddress }))
  if (others.length === 0 || isKnown) return
  const content = newSignInMail({ clientName: clientId && clientName(clientId), at, from: source })
  await enqueueMailToPerson(db, userId, content)
}

type ReusedToken = { userId: string; clientId: string | null; at: Date }

/** Tells the person that their sign-in was ended because its refresh token is in two hands. */
export async function noticeReuse(db: Db, source: RequestSource, reused: ReusedToken): Promise<void> {
  const { userId, clientId, at } = reused
  const content = reuseAlarmMail({ clientName: clientId && clientName(clientId), at, from: source })
  await enqueueMailToPerson(db, userId, content)
}

async function enqueueMailToPerson(db: Db, id: string, content: Parameters<typeof enqueueMail>[2]) {
  const person = await db.user.findUnique({ where: { id, disabledAt: null }, select: { email: true } })
  if (person) await enqueueMail(db, [person.email], content)
}

/** The same for every version of a browser, or it would be new after each of its updates. */
function deviceOf({ clientId, userAgent }: { clientId: string | null; userAgent: string | null }): string {
  return `${clientId ?? "browser"} ${programDeviceName(userAgent)}`
}

function placeOf({ ipAddress }: { ipAddress: string | null }): string | null {
  return ipAddress && networkOf(ipAddress)
}
