import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"
import { restoreApiKey, revokeApiKey } from "../api-keys/api-key-revocation"
import { endOverlap, rotateApiKey } from "../api-keys/api-key-rotation"
import { resumeApiKey } from "../api-keys/api-key-suspension"
import { createApiKey, updateApiKey } from "../api-keys/api-keys"
import { applyPosture } from "../api-keys/posture"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, hours, minutes } from "../duration"
import { renameOrganization } from "../organizations/organizations"
import { setSecondFactorPolicy } from "../organizations/second-factor-policy"
import { codeOf } from "../testing/code-of"
import { createBrowser, createKey, createPerson, createProgram, type Person } from "../testing/factories"
import { userBy } from "../testing/second-factors"
import { answerFinding } from "../watchman/findings"
import { setWatchmanMode } from "../watchman/watchman-mode"
import type { UserCaller } from "./caller"
import { hashToken } from "./opaque-token"
import { revokeMemberSessions, revokeOtherSessions, revokeSession } from "./session-list"

const keyOf = async (person: Person, overrides = {}) => (await createKey(person, overrides)).id

// What asks for a fresh proof, each as it works for who has one.
const verbs: Record<string, (person: Person) => Promise<(caller: UserCaller) => Promise<unknown>>> = {
  createApiKey: async () => (caller) => createApiKey(caller, { name: "New" }),
  updateApiKey: async (person) => {
    const id = await keyOf(person)
    return (caller) => updateApiKey(caller, { id, name: "Renamed" })
  },
  rotateApiKey: async (person) => {
    const id = await keyOf(person, { scopes: [] })
    return (caller) => rotateApiKey(caller, { id, overlapSeconds: 0 })
  },
  endOverlap: async (person) => {
    const id = await keyOf(person)
    const previous = { hash: hashToken(id), lastFour: "abcd", endsAt: addDuration(currentTime(), hours(1)) }
    await db().previousApiKeySecret.create({ data: { apiKeyId: id, ...previous }, select: { id: true } })
    return (caller) => endOverlap(caller, { id })
  },
  resumeApiKey: async (person) => {
    const id = await keyOf(person, { suspendedAt: currentTime() })
    return (caller) => resumeApiKey(caller, { id })
  },
  revokeApiKey: async (person) => {
    const id = await keyOf(person)
    return (caller) => revokeApiKey(caller, { id })
  },
  restoreApiKey: async (person) => {
    const id = await keyOf(person, { revokedAt: currentTime() })
    return (caller) => restoreApiKey(caller, { id })
  },
  applyPosture: async (person) => {
    const id = await keyOf(person)
    return (caller) => applyPosture(caller, { ids: [id], change: "revoke" })
  },
  answerFinding: async (person) => {
    const finding = await db().apiKeyFinding.create({
      data: {
        organizationId: person.caller.organization.id,
        apiKeyId: await keyOf(person),
        ...{ rule: "new_country", severity: "warning", evidence: { headline: "Used from Germany." } },
      },
      select: { id: true },
    })
    return (caller) => answerFinding(caller, { id: finding.id, answer: "it_was_us" })
  },
  setWatchmanMode: async () => (caller) => setWatchmanMode(caller, { mode: "suspend" }),
  renameOrganization: async () => (caller) => renameOrganization(caller, { name: "Renamed" }),
  setSecondFactorPolicy: async () => (caller) => setSecondFactorPolicy(caller, { policy: "step_up" }),
  revokeSession: async (person) => {
    const { sessionId: id } = await createBrowser(person)
    return (caller) => revokeSession(caller, { id })
  },
  revokeOtherSessions: async (person) => {
    await createBrowser(person)
    return (caller) => revokeOtherSessions(caller)
  },
  revokeMemberSessions: async ({ caller: { organization } }) => {
    const member = await createPerson({ role: "member", organizationId: organization.id })
    return (caller) => revokeMemberSessions(caller, { userId: member.caller.user.id })
  },
}

/** All that the database holds, in short. */
async function everything(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
  const sums = tables.map(
    ({ name }) => `SELECT md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM "${name}" t`,
  )
  return JSON.stringify(await db().$queryRawUnsafe(sums.join(" UNION ALL ")))
}

describe.each(Object.entries(verbs))("%s", (_name, prepare) => {
  const authTime = addDuration(new Date(), -minutes(11))

  test.each([
    ["a browser", createBrowser, "step_up_required"],
    ["a program", createProgram, "insufficient_user_authentication"],
  ] as const)("from %s that is not fresh is refused, and nothing changes", async (_who, signIn, expected) => {
    const person = await createPerson()
    const call = await prepare(person)
    const caller = await userBy(await signIn(person, { authTime }))
    const before = await everything()
    expect(await codeOf(call(caller))).toBe(expected)
    expect(await everything()).toBe(before)
  })

  test("from who has just given a second factor works, however old the sign-in, and says by what", async () => {
    const person = await createPerson()
    const call = await prepare(person)
    const proof = { secondFactorAt: new Date(), secondFactorMethod: "passkey" } as const
    const caller = await userBy(await createBrowser(person, { authTime, ...proof }))
    const before = await everything()
    expect(await codeOf(call(caller))).toBe("ok")
    expect(await everything()).not.toBe(before)
    expect(caller.stepUp).toBe("passkey")
  })
})

/** The functions that ask for a fresh proof, and the files they stand in. */
function askingFunctions(): { name: string; file: string }[] {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => path.join("lib", file))
  return files.flatMap((file) => {
    const [, ...functions] = readFileSync(file, "utf8").split(/^(?=(?:export )?(?:async )?function )/m)
    const asking = functions.filter((text) => /^ .*\brequireStepUp\(caller\)/m.test(text))
    return asking.map((text) => ({ name: /function (\w+)/.exec(text)?.[1] ?? "", file }))
  })
}

test("every function that asks for it is tried here, or in the tests of its own file", () => {
  const asking = askingFunctions()
  expect(asking.length).toBeGreaterThan(15)
  const untried = asking.filter(({ name, file }) => {
    if (name in verbs) return false
    return !readFileSync(file.replace(/\.ts$/, ".db.test.ts"), "utf8").includes('"step_up_required"')
  })
  expect(untried).toEqual([])
})
