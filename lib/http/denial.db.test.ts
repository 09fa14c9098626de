import { expect, test } from "vitest"
import { db } from "../db"
import { deferredTasks } from "../defer"
import { AppError } from "../errors"
import { requireWithin } from "../rate-limit/limit"
import { policies } from "../rate-limit/policies"
import { createPerson } from "../testing/factories"
import { recordDenial } from "./denial"

test("a row says what somebody may not do, and of many in a minute only the first are kept", async () => {
  const { caller } = await createPerson()
  const deny = async () => {
    recordDenial(new AppError("forbidden", "No."), caller, "GET /api/v1/audit-log")
    await deferredTasks()
  }
  await deny()
  const { limit } = policies.denial()
  for (let count = 1; count < limit; count++) await requireWithin("denial", caller.user.id)
  await deny()
  const rows = await db().auditEvent.findMany({ where: { actorId: caller.user.id, action: "access.denied" } })
  expect(rows).toMatchObject([{ details: { attempt: "GET /api/v1/audit-log" } }])
})
