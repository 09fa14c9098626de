import { runCommand } from "./support/command"
import { diffMigrationsToSchema } from "./support/prisma-diff"

/** Ends with 2 when an edited schema has no migration yet. */
runCommand(async () => {
  const sql = diffMigrationsToSchema()
  if (sql === null) return 0
  console.error(
    "prisma/schema.prisma and prisma/migrations differ. `npm run db:diff NAME` writes this migration:",
  )
  console.error(`\n${sql.trim()}\n`)
  return 2
})
