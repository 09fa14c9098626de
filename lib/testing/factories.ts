import { randomInt } from "node:crypto"
import type { Prisma } from "@/prisma/generated/client"
import type { Role, SecondFactorMethod, SessionEndReason } from "@/prisma/generated/enums"
import { generateApiKey } from "../api-keys/api-key-format"
import type { UserCaller } from "../auth/caller"
import { authCookies } from "../auth/cookies"
import { generateOpaqueToken, hashToken } from "../auth/opaque-token"
import { permissions } from "../auth/permissions"
import { openProgramSession } from "../auth/program-sessions"
import { freshSignIn } from "../auth/step-up"
import { tokenPair } from "../auth/token-pair"
import { db } from "../db"
import { addDuration, days } from "../duration"
import { source } from "./request-source"

// Rows for tests. Each test makes its own and asserts on nothing it did not make, so none needs a clean table.

export type Person = { caller: UserCaller; token: string; cookie: string; subject: string }

/** A person with an open session; in an organization of their own unless one is given. */
export async function createPerson(options: { role?: Role; organizationId?: string } = {}): Promise<Person> {
  const { role = "owner" } = options
  const [subject, name] = [randomDigits(), randomDigits()]
  const user = await db().user.create({
    data: {
      name: `Person ${name}`,
      email: `person-${name}@example.test`,
      accounts: { create: { type: "oidc", provider: "google", providerAccountId: subject } },
    },
    select: { id: true, name: true, email: true, image: true },
  })
  const organization = options.organizationId
    ? await db().organization.findUniqueOrThrow({
        where: { id: options.organizationId },
        select: { id: true, name: true },
      })
    : await db().organization.create({ data: { name: `Org ${name}` }, select: { id: true, name: true } })
  await db().membership.create({ data: { organizationId: organization.id, userId: user.id, role } })
  const { id: sessionId, token } = await createSession(user.id, organization.id)
  return {
    caller: {
      type: "user",
      user,
      organization,
      role,
      sessionId,
      clientId: null,
      scopes: null,
      proof: freshSignIn(),
      source,
    },
    token,
    ...browserWith(token),
    subject,
  }
}

function randomDigits(): string {
  return String(randomInt(10 ** 12, 10 ** 13))
}

type SessionOverrides = {
  authTime?: Date
  providerAuthTime?: Date
  secondFactorPending?: boolean
  secondFactorAt?: Date
  secondFactorMethod?: SecondFactorMethod
  lastSeenAt?: Date
  expiresAt?: Date
  endedAt?: Date
  endReason?: SessionEndReason
}

export async function createSession(
  userId: string,
  organizationId: string,
  overrides: SessionOverrides = {},
) {
  const token = generateOpaqueToken()
  const now = new Date()
  const { id } = await db().session.create({
    data: {
      tokenHash: hashToken(token),
      userId,
      organizationId,
      authTime: now,
      amr: ["google"],
      expiresAt: addDuration(now, days(30)),
      ...overrides,
    },
    select: { id: true },
  })
  return { id, token }
}

/** What a browser with this session sends. */
export function browserWith(token: string): { cookie: string } {
  return { cookie: `${authCookies().sessionToken.name}=${token}` }
}

/** Another browser in which the person signed in. */
export async function createBrowser({ caller }: Person, overrides: SessionOverrides = {}) {
  const { id: sessionId, token } = await createSession(caller.user.id, caller.organization.id, overrides)
  return { sessionId, token, ...browserWith(token) }
}

type Program = {
  clientId?: string
  scope?: readonly string[]
  authTime?: Date
  secondFactorAt?: Date
  secondFactorMethod?: SecondFactorMethod
}

/** A program in which the person signed in, with its tokens. */
export async function createProgram({ caller }: Person, options: Program = {}) {
  const { clientId = "cli", scope = permissions, authTime = new Date(), ...secondFactor } = options
  const { subject, refreshToken } = await db().$transaction((tx) =>
    openProgramSession(tx, source, {
      userId: caller.user.id,
      organizationId: caller.organization.id,
      role: caller.role,
      clientId,
      scope,
      amr: ["google"],
      authTime,
      ...secondFactor,
    }),
  )
  const tokens = await tokenPair(subject, refreshToken)
  return {
    ...tokens,
    sessionId: subject.sessionId,
    bearer: { authorization: `Bearer ${tokens.accessToken}` },
  }
}

type KeyOverrides = Partial<
  Omit<Prisma.ApiKeyUncheckedCreateInput, "id" | "organizationId" | "createdById" | "hash" | "lastFour">
>

/** A key of the person's organization, with its secret. */
export async function createKey({ caller }: Person, overrides: KeyOverrides = {}) {
  const secret = generateApiKey(caller.organization.id)
  const { id } = await db().apiKey.create({
    data: {
      organizationId: caller.organization.id,
      createdById: caller.user.id,
      name: "Test key",
      hash: hashToken(secret),
      lastFour: secret.slice(-4),
      scopes: ["ai:invoke"],
      ...overrides,
    },
    select: { id: true },
  })
  return { id, secret }
}

/** What was recorded about an object, oldest first. */
export async function auditActionsOn(targetId: string): Promise<string[]> {
  const events = await db().auditEvent.findMany({
    where: { targetId },
    orderBy: { id: "asc" },
    select: { action: true },
  })
  return events.map(({ action }) => action)
}

/** The subjects of the mails queued for a person, oldest first. */
export function mailSubjectsTo({ caller }: Person): Promise<string[]> {
  return mailSubjectsAt(caller.user.email)
}

/** The same for an address, whether anybody has it or not. */
export async function mailSubjectsAt(address: string): Promise<string[]> {
  const mails = await db().mail.findMany({
    where: { to: address },
    orderBy: { id: "asc" },
    select: { subject: true },
  })
  return mails.map(({ subject }) => subject)
}
