import { expect, test } from "vitest"
import { createLinkIntent } from "./auth/account-links"
import { generateOpaqueToken } from "./auth/opaque-token"
import { db, openConnections } from "./db"
import { requestPasswordReset } from "./passwords/password-reset"
import { createPerson } from "./testing/factories"
import { addPassword } from "./testing/passwords"
import { source } from "./testing/request-source"
import { addRecoveryCodes, addTotp, userBy } from "./testing/second-factors"

test("no read that does not ask for it brings along what a person proves themselves by", async () => {
  const person = await createPerson()
  const caller = await userBy(person)
  await addPassword(person)
  await addTotp(person)
  await addRecoveryCodes(person)
  await requestPasswordReset(source, { email: caller.user.email })
  await createLinkIntent(caller, { provider: "github", state: generateOpaqueToken() })
  const where = { userId: caller.user.id }
  const rows = await Promise.all([
    db().password.findFirstOrThrow({ where }),
    db().totpFactor.findFirstOrThrow({ where }),
    db().recoveryCode.findFirstOrThrow({ where }),
    db().mailedLink.findFirstOrThrow({ where }),
    db().linkIntent.findFirstOrThrow({ where: { sessionId: caller.sessionId } }),
    db().session.findFirstOrThrow({ where }),
  ])
  expect(rows.flatMap(Object.keys).filter((column) => /hash|secret/i.test(column))).toEqual([])
})

test("the connections that are kept are open before anybody asks for one", async () => {
  await openConnections()
  const [{ open }] = await db().$queryRaw<[{ open: number }]>`
    SELECT count(*)::int AS open FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'latchkey'`
  expect(open).toBeGreaterThanOrEqual(5)
})
