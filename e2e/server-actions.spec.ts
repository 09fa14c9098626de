import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { db } from "@/lib/db"
import { createBrowser, createKey, createPerson, type Person } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"
import { hostileForms } from "./hostile-forms"
import { send, startCanary } from "./raw-http"

// Server actions are endpoints that anybody can call: their ids stand in scripts that are given to everybody, and
// React reads what is posted to them before any code of ours runs.

/** What has no session may call. A new one belongs here only when it asks nobody who they are on purpose. */
const forAnybody = [
  "completeSignUpAction",
  "heldLoginPasskeyAction",
  "passkeySignInOptionsAction",
  "requestPasswordResetAction",
  "requestSignUpAction",
  "resetPasswordAction",
  "signInWith",
  "signInWithPasskeyAction",
  "signInWithPasswordAction",
]

type Target = {
  owner: Person
  colleague: Person
  key: string
  finding: string
  passkey: string
  session: string
}

/** What acts on an organization or on somebody's own things, with a form that works, in an order in which all of it does. */
const forms: Record<string, (target: Target) => Record<string, string>> = {
  createApiKeyAction: () => ({ name: "Planted", expiry: "never" }),
  updateApiKeyAction: ({ key }) => ({ id: key, name: "Changed", expiry: "keep" }),
  suspendApiKeyAction: ({ key }) => ({ id: key }),
  resumeApiKeyAction: ({ key }) => ({ id: key }),
  rotateApiKeyAction: ({ key }) => ({ id: key, overlap: "3600" }),
  endOverlapAction: ({ key }) => ({ id: key }),
  revokeApiKeyAction: ({ key }) => ({ id: key }),
  restoreApiKeyAction: ({ key }) => ({ id: key }),
  answerFindingAction: ({ finding }) => ({ id: finding, answer: "it_was_us" }),
  applyPostureAction: ({ key }) => ({ ids: key, change: "revoke" }),
  setWatchmanModeAction: () => ({ mode: "suspend" }),
  setSecondFactorPolicyAction: () => ({ policy: "optional" }),
  renameOrganizationAction: () => ({ name: "Renamed" }),
  revokeMemberSessionsAction: ({ colleague }) => ({ user_id: colleague.caller.user.id }),
  renamePasskeyAction: ({ passkey }) => ({ id: passkey, name: "Changed" }),
  revokeSessionsAction: ({ session }) => ({ which: session }),
  removePasskeyAction: ({ passkey }) => ({ id: passkey }),
}

/** Of those, what names no object: somebody of another organization changes only their own with it. */
const ofOnesOwn = ["create", "setWatchman", "setSecondFactor", "renameOrg"]

type Action = { name: string; id: string; pages: string[] }

/** Every action of the build that is running, and the pages that have it. Their ids are no secret: scripts and pages hold them. */
function findActions(): Action[] {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8"))
  const entries = Object.entries(
    manifest.node as Record<string, { exportedName: string; workers: Record<string, unknown> }>,
  )
  return entries.map(([id, { exportedName, workers }]) => {
    const pages = Object.keys(workers).map((worker) =>
      worker.replace(/^app|\/\(\w+\)|\/page$/g, "").replace("[id]", "x"),
    )
    return { name: exportedName, id, pages }
  })
}

function idOf(name: string): string {
  return findActions().find((action) => action.name === name)?.id ?? ""
}

type Post = { id: string; page: string; cookie?: string; fields?: Record<string, string> }

/** What an action answers to a form; null where the page does not have it. */
async function post(baseURL: string | undefined, { id, page, cookie, fields = {} }: Post) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(`_1_${name}`, value)
  body.append("0", '[null,"$K1"]')
  const headers = { origin: baseURL ?? "", "next-action": id, accept: "text/x-component" }
  const response = await fetch(`${baseURL}${page}`, {
    method: "POST",
    headers: cookie ? { ...headers, cookie } : headers,
    body,
  })
  expect(response.status).toBeLessThan(500)
  const [, answer] = /^1:(\{"ok":.*\})$/m.exec(await response.text()) ?? []
  return answer ? (JSON.parse(answer) as { ok: boolean; code?: string }) : null
}

async function createTarget(): Promise<Target> {
  const owner = await createPerson()
  const colleague = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
  const { id: key } = await createKey(owner)
  const { id: finding } = await db().apiKeyFinding.create({
    data: {
      ...{ organizationId: owner.caller.organization.id, apiKeyId: key },
      ...{ rule: "new_country", severity: "warning", evidence: { headline: "Used from Germany." } },
    },
    select: { id: true },
  })
  const { id: passkey } = await db().passkey.create({
    data: {
      ...{ userId: owner.caller.user.id, credentialId: randomBytes(32), publicKey: randomBytes(77) },
      ...{ counter: 0, name: "Mine", backedUp: false },
    },
    select: { id: true },
  })
  return { owner, colleague, key, finding, passkey, session: (await createBrowser(owner)).sessionId }
}

/** Everything that the forms could change. */
function stateOf({ owner: { caller } }: Target) {
  const [organizationId, userId] = [caller.organization.id, caller.user.id]
  return Promise.all([
    db().organization.findUniqueOrThrow({ where: { id: organizationId } }),
    db().apiKey.findMany({ where: { organizationId } }),
    db().apiKeyFinding.findMany({ where: { organizationId } }),
    db().passkey.findMany({ where: { userId } }),
    db().session.findMany({ where: { organizationId }, select: { id: true, endedAt: true } }),
  ])
}

test("an action, whose id anybody can find, does nothing for no session, a low role or a stranger", async ({
  baseURL,
}) => {
  const actions = findActions()
  const names = actions.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining([...forAnybody, ...Object.keys(forms)]))
  for (const { name, id, pages } of actions.filter(({ name }) => !forAnybody.includes(name))) {
    for (const page of pages)
      expect({ name, page, ...(await post(baseURL, { id, page })) }).toMatchObject({
        code: "unauthenticated",
      })
  }

  const target = await createTarget()
  const member = await createPerson({ role: "member", organizationId: target.owner.caller.organization.id })
  const stranger = await createPerson()
  const before = await stateOf(target)
  const as = ({ cookie }: Person, name: string) => {
    const { id = "", pages: [page = ""] = [] } = actions.find((action) => action.name === name) ?? {}
    return post(baseURL, { id, page, cookie, fields: forms[name]?.(target) ?? {} })
  }
  for (const name of Object.keys(forms)) {
    const refused = { name, ok: false, code: expect.stringMatching(/^(forbidden|not_found)$/) }
    expect({ name, ...(await as(member, name)) }).toMatchObject(refused)
    const answer = await as(stranger, name)
    if (!ofOnesOwn.some((start) => name.startsWith(start))) expect({ name, ...answer }).toMatchObject(refused)
  }
  expect(await stateOf(target)).toEqual(before)
  // The same forms do work, so the refusals above were no accident.
  for (const name of Object.keys(forms)) {
    expect({ name, ...(await as(target.owner, name)) }).toMatchObject({ name, ok: true })
  }
})

test("nothing that React is made to read runs code, goes round in circles or ends the process", async ({
  baseURL,
}) => {
  const canary = await startCanary()
  const id = idOf("signInWithPasskeyAction")
  for (const parts of hostileForms(canary.url, id)) {
    // As a call by script, as a form without script, and with no or a made-up action.
    const asForm = Object.entries(parts).map(([name, part]) => [`$ACTION_1:${name}`, part] as const)
    const ways: [Record<string, string>, (readonly [string, string])[]][] = [
      [{ "next-action": id }, Object.entries(parts)],
      [{}, [["$ACTION_REF_1", ""], ...asForm]],
      [{}, [[`$ACTION_ID_${id}`, ""], ...Object.entries(parts)]],
      [{ "next-action": "0".repeat(42) }, Object.entries(parts)],
      [{ "next-action": "x" }, Object.entries(parts)],
    ]
    for (const [headers, fields] of ways) {
      const body = new FormData()
      for (const [name, part] of fields) body.append(name, part)
      const answer = await fetch(`${baseURL}/sign-in`, {
        method: "POST",
        headers: { ...headers, origin: baseURL ?? "" },
        body,
        // Far more than any takes, far less than what hangs.
        signal: AbortSignal.timeout(20_000),
      })
      const text = await answer.text()
      const what = { parts: JSON.stringify(parts).slice(0, 80), headers, status: answer.status }
      expect({ ...what, isServerError: answer.status >= 500 }).toEqual({ ...what, isServerError: false })
      expect(text).not.toMatch(/"ok":true|root:x:|publicAction|passkeySignIn\(/)
      expect((await fetch(`${baseURL}/healthz`, { signal: AbortSignal.timeout(20_000) })).status).toBe(200)
    }
  }
  expect(canary.seen).toEqual([])
  canary.close()
})

test("a page that is to be resumed from 50 MB of the client’s is refused before they are read", async ({
  baseURL,
}) => {
  const headers = { origin: baseURL ?? "", "next-resume": "1" }
  const large = { method: "POST", headers, body: Buffer.alloc(50 * 1024 * 1024, "a") }
  for (const path of ["/", "/sign-in", "/dashboard", "/nowhere", "/_next/nowhere", "/api"]) {
    const { status } = await send(baseURL, path, large)
    expect([path, status]).toEqual([path, path.startsWith("/_next") ? 405 : 413])
    const state = { ...headers, "x-next-resume-state-length": "3" }
    const small = await send(baseURL, path, { method: "POST", headers: state, body: "[[]" })
    expect(small.status).toBeLessThan(500)
  }
  expect((await send(baseURL, "/healthz")).status).toBe(200)
})

test("no action makes the app call whom the client names as its host", async ({ baseURL, person }) => {
  const canary = await startCanary()
  const headers = {
    ...{ host: canary.host, "x-forwarded-host": canary.host, "x-forwarded-proto": "http" },
    ...{ origin: baseURL ?? "", cookie: person.cookie, accept: "text/x-component" },
  }
  for (const { id, pages } of findActions()) {
    // At a page that has it Next calls itself to follow a redirect; at one that has not, to pass it on.
    for (const path of [pages[0] ?? "", "/nowhere"]) {
      const body = JSON.stringify(["nobody", { next: canary.url }])
      const call = { method: "POST", headers: { ...headers, "next-action": id }, body }
      expect((await send(baseURL, path, call)).status).toBeLessThan(500)
    }
  }
  expect(canary.seen).toEqual([])
  canary.close()
})
