import { expect, test } from "vitest"
import { databaseFault } from "./database-errors"

test.each(["ConnectionClosed", "DatabaseNotReachable", "SocketTimeout", "TooManyConnections"])(
  "a COMMIT that was cut off is an outage, not a fault of ours: %s",
  (kind) => {
    const error = Object.assign(new Error(kind, { cause: { kind } }), { name: "DriverAdapterError" })
    expect(databaseFault(error)).toMatchObject({ code: "unavailable" })
  },
)

test("an error of ours stays one", () => {
  expect(databaseFault(new Error("ConnectionClosed", { cause: { kind: "Other" } }))).toBeUndefined()
})
