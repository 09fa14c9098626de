import { spawnSync } from "node:child_process"
import { ExpectedFault } from "./faults.mjs"

const isDifferent = 2

/**
 * What prisma/schema.prisma has and prisma/migrations have not, as SQL; null when they say the same. Prisma
 * replays the migrations in a database of its own for it, next to the one DATABASE_URL names.
 * @throws ExpectedFault when Prisma cannot tell: no database, a migration that does not run, an invalid schema
 */
export function diffMigrationsToSchema(): string | null {
  const prisma = spawnSync(
    process.execPath,
    [
      ...["node_modules/prisma/build/index.js", "migrate", "diff", "--script", "--exit-code"],
      ...["--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma"],
    ],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  )
  if (prisma.status === 0) return null
  if (prisma.status === isDifferent) return prisma.stdout
  const reason = prisma.stderr.replace(/^Loaded Prisma config.*\n/, "").trim()
  throw new ExpectedFault(`The schema and the migrations could not be compared.\n${reason}`)
}
