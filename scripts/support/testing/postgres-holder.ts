// Holds a lease on a server until it is told to let go, as `npm run dev` does. For postgres.db.test.ts.

import { startPostgres } from "../postgres"

const [name = "", port] = process.argv.slice(2)
const postgres = await startPostgres({ name, port: { from: Number(port), attempts: 50 }, durable: true })
process.once("message", () => void postgres.release().then(() => process.exit(0)))
process.send?.(postgres.url("postgres"))
