import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose"

/**
 * The stand-in's RS256 key: made once, then kept in `dataDir` (readable by its owner only), so that
 * an app which caches the key set survives a restart of the stand-in.
 */
export async function loadSigningKey(dataDir: string): Promise<JWK> {
  const file = path.join(dataDir, "google-stand-in-key.json")
  return (await readKey(file)) ?? (await createKey(file))
}

async function readKey(file: string): Promise<JWK | null> {
  try {
    return JSON.parse(await readFile(file, "utf8"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw new Error(`${file} is unreadable: delete it and a new key is made`, { cause: error })
  }
}

async function createKey(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  const jwk = await exportJWK(privateKey)
  const key = { ...jwk, alg: "RS256", use: "sig", kid: await calculateJwkThumbprint(jwk) }

  await mkdir(path.dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, JSON.stringify(key), { mode: 0o600 })
  try {
    // A link fails where a rename would overwrite: of two processes starting at once, one key wins.
    await link(draft, file)
    return key
  } catch (error) {
    const winner = await readKey(file)
    if (!winner) throw error
    return winner
  } finally {
    await rm(draft)
  }
}
