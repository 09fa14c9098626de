import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** GitHub as its secret scanning looks from here: it publishes public keys, and signs reports with the private ones. */
export async function startSecretScanning() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const keys = [publishedKey("current", publicKey)]
  const state = { fetches: 0, status: 200 }
  const server = createServer((_request, response) => {
    state.fetches += 1
    response.writeHead(state.status, { "content-type": "application/json" })
    response.end(JSON.stringify({ public_keys: keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/meta/public_keys/secret_scanning`,
    state,
    publish: (identifier: string, key: KeyObject) => keys.push(publishedKey(identifier, key)),
    sign: (body: string, { key = privateKey, identifier = "current" } = {}): Record<string, string> => ({
      "content-type": "application/json",
      "github-public-key-identifier": identifier,
      "github-public-key-signature": createSign("sha256").update(body).sign(key, "base64"),
    }),
    close: () => server.close(),
  }
}

function publishedKey(key_identifier: string, key: KeyObject) {
  return { key_identifier, key: key.export({ type: "spki", format: "pem" }), is_current: true }
}
