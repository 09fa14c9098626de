import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { promisify } from "node:util"
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

export async function generatePrismaClient() {
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" }
  try {
    await promisify(execFile)(process.execPath, ["node_modules/prisma/build/index.js", "generate"], { env })
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new ExpectedFault(`Prisma could not read ${schemaFile}:\n${stdout ?? ""}${stderr ?? ""}`)
  }
  mkdirSync(path.dirname(markerFile), { recursive: true })
  writeFileSync(markerFile, fingerprint())
}

function fingerprint() {
  return createHash("sha256").update(readFileSync(schemaFile)).digest("hex")
}
