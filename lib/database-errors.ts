import { Prisma } from "@/prisma/generated/client"
import { AppError, isAppError } from "./errors"

// What a database that is away, refuses or is overloaded looks like through Prisma's driver adapter and pg.
// Facts, not guesses: lib/database-errors.db.test.ts provokes each of them.
const unavailablePrismaCodes = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034"])
const unavailableSystemCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
])
/** How the driver adapter names a fault that Prisma hands on as it is, as when a COMMIT is cut off. */
const unavailableKinds = new Set([
  "ConnectionClosed",
  "DatabaseNotReachable",
  "SocketTimeout",
  "TooManyConnections",
  "TransactionWriteConflict",
])
// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection failures, shutdown, too many
// connections, statement or lock timeout, a transaction that lost against others.
const unavailableSqlStates = /^(08...|57P0[123]|53300|57014|55P03|40001|40P01)$/
const unavailableMessages =
  /timeout exceeded when trying to connect|connection terminated|can't reach database|server has closed the connection|query read timeout|transaction (api error|already closed)|ENOENT.*\.s\.PGSQL/i

/** The AppError that a database fault means to the caller, or undefined when it is not one. */
export function databaseFault(error: unknown): AppError | undefined {
  if (isAppError(error)) return error
  for (const fault of causes(error)) {
    if (isUnavailable(fault)) {
      return new AppError("unavailable", "The database cannot be reached. Try again shortly.", {
        cause: error,
      })
    }
    if (isUnstorableText(fault)) {
      return new AppError("bad_request", "A text contains a character that cannot be stored.", {
        cause: error,
      })
    }
  }
  return undefined
}

/** Whether the database refused what it was given to store, and would refuse it again (classes 22 and 23). */
export function isDataFault(error: unknown): boolean {
  return [...causes(error)].some(({ code, originalCode }) =>
    [code, originalCode].some((state) => state && /^2[23][0-9A-Z]{3}$/.test(state)),
  )
}

function isUnavailable(fault: Fault): boolean {
  const { code, originalCode, kind } = fault
  if (kind && unavailableKinds.has(kind)) return true
  if (code && (unavailablePrismaCodes.has(code) || unavailableSystemCodes.has(code))) return true
  if ([code, originalCode].some((state) => state && unavailableSqlStates.test(state))) return true
  return unavailableMessages.test(fault.message ?? "")
}

/** A NUL byte or half a surrogate pair: Postgres stores neither (22021, 22P05). */
function isUnstorableText(fault: Fault): boolean {
  return [fault.code, fault.originalCode].some((state) => state === "22021" || state === "22P05")
}

type Fault = {
  code?: string
  originalCode?: string
  kind?: string
  message?: string
  cause?: unknown
  meta?: unknown
}

/** The error and what it wraps: Prisma keeps the driver's error in `meta.driverAdapterError` or in `cause`. */
function* causes(error: unknown): Generator<Fault> {
  let next: unknown = error
  for (let depth = 0; depth < 6 && typeof next === "object" && next !== null; depth++) {
    const fault = next as Fault
    yield fault
    const meta = fault.meta as { driverAdapterError?: unknown } | undefined
    next = meta?.driverAdapterError ?? fault.cause
  }
}

/** Whether somebody else has what must be unique. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002"
}
