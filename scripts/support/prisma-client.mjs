import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { ExpectedFault } from "./faults.mjs"

const schemaFile = "prisma/schema.prisma"
const clientFile = "prisma/generated/client.ts"
const markerFile = "node_modules/.latchkey/prisma-client"

/** True when the generated client was made from the schema as it is now. */
export function isPrismaClientCurrent() {
  return (
    existsSync(clientFile) && existsSync(markerFile) && readFileSync(markerFile, "utf8") === fingerprint()
  )
}

export function generatePrismaClient() {
  const made = spawnSync(process.execPath, ["node_modules/prisma/build/index.js", "generate"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
  })
  if (made.status !== 0) {
    throw new ExpectedFault(`Prisma could not read prisma/schema.prisma:\n${made.stdout}${made.stderr}`)
  }
  mkdirSync(path.dirname(markerFile), { recursive: true })
  writeFileSync(markerFile, fingerprint())
}

function fingerprint() {
  return createHash("sha256").update(readFileSync(schemaFile)).digest("hex")
}
