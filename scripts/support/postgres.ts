// The embedded Postgres: a real server from npm, on loopback only, with its data in the checkout.
//
// Several commands of a checkout may use it at once (`dev`, `preview`, `db:reset`). Each holds a lease; whoever
// lets go of the last one stops the server. A command that is killed cannot let go, so a small shell waits for
// its end and does it in its place; and should that be killed too, the next start takes the server over.

import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { ExpectedFault } from "./faults.mjs"
import { withLock } from "./lock.mjs"
import { findFreePort, type PreferredPort } from "./ports"
import { type Cluster, openCluster, superuser } from "./postgres-cluster"
import { type Installation, locatePostgres } from "./postgres-installation"
import { type Lease, takeLease } from "./postgres-lease"
import { findPostmaster, readLogTail, spawnPostmaster, stopPostmaster } from "./postmaster"

export type PostgresOptions = {
  /** Names the folder below .data. */
  name: string
  port: PreferredPort
  /** False for tests: their data need not survive a power failure, and not waiting for the disk is faster. */
  durable: boolean
}

export type Postgres = {
  /** Connection string of one of its databases, as the superuser unless another role is named. */
  url: (database: string, role?: string) => string
  /** Lets go of the server; it stops when no other command uses it. */
  release: () => Promise<void>
}

const startAttemptsMax = 5
const startLimitMs = 30_000
const pollMs = 20

/** Starts the server, or joins the one that already runs on this data. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const installation = await locatePostgres(options.name)
  return withLock(lockOf(installation), async () => {
    const cluster = await openCluster(installation)
    const lease = takeLease(installation.home, cluster.folder)
    const port = await startOrJoin(installation, cluster, options)
    return {
      url: (database, role = superuser) =>
        `postgresql://${role}:${cluster.password}@127.0.0.1:${port}/${database}`,
      release: () => release(installation, cluster, lease),
    }
  })
}

/** The lock on starting and stopping keeps two servers from ever running on the same data. */
function lockOf(installation: Installation): string {
  return path.join(installation.home, "lock")
}

async function startOrJoin(
  installation: Installation,
  cluster: Cluster,
  options: PostgresOptions,
): Promise<number> {
  const deadline = Date.now() + startLimitMs
  for (let attempts = 0; Date.now() < deadline; await sleep(pollMs)) {
    const postmaster = findPostmaster(cluster.folder)
    if (postmaster?.isReady && (await canConnect(postmaster.port, cluster.password))) return postmaster.port
    if (postmaster) continue
    if (attempts++ === startAttemptsMax) break
    const port = await findFreePort(options.port)
    await spawnPostmaster(installation, cluster.folder, { port, durable: options.durable })
  }
  throw new ExpectedFault(`The embedded Postgres did not start:\n${readLogTail(installation)}`)
}

async function canConnect(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: superuser, password, database: "postgres" })
  client.on("error", () => {})
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

async function release(installation: Installation, cluster: Cluster, lease: Lease): Promise<void> {
  await withLock(lockOf(installation), async () => {
    if (lease.drop() === "last") await stopPostmaster(cluster.folder)
  })
}
