import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"
import { diffMigrationsToSchema } from "./support/prisma-diff"

const migrationsFolder = "prisma/migrations"

const lossyStatements = [
  /\bDROP (TABLE|COLUMN|TYPE)\b/,
  /\bSET (DATA TYPE|NOT NULL)\b/,
  /\bADD COLUMN\b(?!.*\bDEFAULT\b).*\bNOT NULL\b/,
]

/** `db:diff NAME` writes the migration that an edited prisma/schema.prisma needs. */
runCommand(async () => {
  const name = parseName(process.argv.slice(2))
  const sql = diffMigrationsToSchema()
  if (sql === null) {
    console.log("Nothing to write: the migrations already make what prisma/schema.prisma says.")
    return 0
  }
  const folder = `${migrationsFolder}/${nextTimestamp()}_${name}`
  mkdirSync(folder)
  writeFileSync(`${folder}/migration.sql`, sql)
  console.log(`Wrote ${folder}/migration.sql. Read it, then apply it: npm run db:migrate`)
  warnOfLoss(sql)
  return 0
})

function parseName(args: string[]): string {
  const [name = "", ...others] = args
  if (others.length > 0 || !/^[a-z][a-z0-9_]{0,59}$/.test(name)) {
    throw new ExpectedFault("Name the migration in small letters, digits and _: npm run db:diff add_teams")
  }
  return name
}

/** The present second in UTC, yet always after the last migration: clocks differ, and the order is by name. */
function nextTimestamp(): string {
  const now = new Date().toISOString().replace(/\D/g, "").slice(0, 14)
  const existing = readdirSync(migrationsFolder).map((folder) => Number.parseInt(folder, 10) || 0)
  return String(Math.max(Number(now), ...existing.map((timestamp) => timestamp + 1)))
}

function warnOfLoss(sql: string): void {
  const lines = sql.split("\n").filter((line) => lossyStatements.some((lossy) => lossy.test(line)))
  if (lines.length === 0) return
  console.warn("\nThis loses data, or fails on data that is there:")
  for (const line of lines) console.warn(`  ${line.trim()}`)
}
