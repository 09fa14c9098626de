import "server-only"
import { PrismaPg } from "@prisma/adapter-pg"
import pg from "pg"
import { PrismaClient } from "@/prisma/generated/client"
import { databaseFault } from "./database-errors"
import { minutes, seconds } from "./duration"
import { env } from "./env"
import { log } from "./log"
import { processWide } from "./process-wide"

const CONNECTIONS_MAX = 10
/** These stay open, so that what comes at once after a quiet hour does not wait for handshakes. */
const CONNECTIONS_KEPT = 5

type Database = ReturnType<typeof createClient>

/** The client, or the transaction a verb has opened: what helpers take as their first parameter. */
export type Db = Database | Parameters<Parameters<Database["$transaction"]>[0]>[0]

/** The one Prisma client. Secret columns are left out of every read that does not ask for them by name. */
export function db(): Database {
  return processWide("database", createClient)
}

/** Opens the connections that are kept, before the first requests. Never throws: who needs the database asks it again. */
export async function openConnections(): Promise<void> {
  await Promise.allSettled(Array.from({ length: CONNECTIONS_KEPT }, () => db().$queryRaw`SELECT 1`))
}

function createClient() {
  // In development Next compiles between two looks at the clock, and that is no outage.
  const patience = env().NODE_ENV === "development" ? 10 : 1
  // Every wait is bounded: a database that hangs must turn into 503, not into a queue of hanging requests.
  const pool = new pg.Pool({
    connectionString: env().DATABASE_URL,
    application_name: "latchkey",
    max: CONNECTIONS_MAX,
    min: CONNECTIONS_KEPT,
    connectionTimeoutMillis: seconds(2) * patience,
    idleTimeoutMillis: minutes(1),
    query_timeout: seconds(4) * patience,
    statement_timeout: seconds(3),
    lock_timeout: seconds(2),
    idle_in_transaction_session_timeout: seconds(10),
    keepAlive: true,
  })
  // Without a listener, an idle connection that the server closes would end the process. The error itself carries the
  // whole client along, secrets of the connection included.
  pool.on("error", ({ message }) => log.warn({ reason: message }, "idle database connection lost"))

  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true }),
    omit: {
      password: { hash: true },
      mailedLink: { tokenHash: true },
      linkIntent: { stateHash: true },
      totpFactor: { sealedSecret: true },
      recoveryCode: { hash: true },
      session: { tokenHash: true },
      apiKey: { hash: true },
      previousApiKeySecret: { hash: true },
      passkeyChallenge: { hash: true, holder: true },
      refreshToken: { hash: true, sealedSuccessor: true },
      authorizationCode: { hash: true },
      loginFlow: { stateHash: true, browserHash: true, nonce: true, codeVerifier: true },
      signingKey: { sealedPrivateJwk: true },
    },
    transactionOptions: { maxWait: seconds(2), timeout: seconds(5) },
  })
  // An outage becomes `unavailable` where it happens, so that a page that meets one can say so.
  const query = {
    $allOperations: <Args>({ args, query }: { args: Args; query: (args: Args) => Promise<unknown> }) =>
      query(args).catch((error: unknown) => {
        throw databaseFault(error) ?? error
      }),
  }
  return client.$extends({ query })
}
