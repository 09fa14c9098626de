import { describe, expect, test } from "vitest"
import {
  type Client,
  clientName,
  clientOrigins,
  clients,
  getClient,
  isRedirectUriOf,
  PLAIN_CLIENT,
} from "./clients"

function client(id: string): Client {
  const found = getClient(id)
  if (!found) throw new Error(`no client ${id}`)
  return found
}

describe("a redirect URI of the command line", () => {
  test.each([
    "http://127.0.0.1/callback",
    "http://127.0.0.1:1/callback",
    "http://127.0.0.1:8080/callback",
    "http://127.0.0.1:65535/callback",
    "http://[::1]/callback",
    "http://[::1]:49152/callback",
  ])("is either loopback address with any port: %s", (redirectUri) => {
    expect(isRedirectUriOf(client("cli"), redirectUri)).toBe(true)
  })

  test.each([
    "http://localhost:8080/callback",
    "http://127.0.0.2:8080/callback",
    "http://127.1:8080/callback",
    "http://2130706433:8080/callback",
    "http://0x7f.0.0.1:8080/callback",
    "http://[::ffff:127.0.0.1]:8080/callback",
    "http://[0:0:0:0:0:0:0:1]:8080/callback",
    "http://127.0.0.1.evil.test:8080/callback",
    "http://127.0.0.1:8080.evil.test/callback",
    "http://evil.test/callback",
  ])("has no other host, however it is written: %s", (redirectUri) => {
    expect(isRedirectUriOf(client("cli"), redirectUri)).toBe(false)
  })

  test.each([
    "https://127.0.0.1:8080/callback",
    "HTTP://127.0.0.1:8080/callback",
    "ftp://127.0.0.1:8080/callback",
    "//127.0.0.1:8080/callback",
    "127.0.0.1:8080/callback",
  ])("has no other scheme: %s", (redirectUri) => {
    expect(isRedirectUriOf(client("cli"), redirectUri)).toBe(false)
  })

  test.each([
    "",
    "0",
    "00",
    "08080",
    "65536",
    "99999",
    "100000",
    "-1",
    "+80",
    "8e2",
    "80:80",
    " 80",
    "８０８０",
  ])("has no port that is none: %s", (port) => {
    expect(isRedirectUriOf(client("cli"), `http://127.0.0.1:${port}/callback`)).toBe(false)
  })

  test.each([
    "http://127.0.0.1:8080",
    "http://127.0.0.1:8080/",
    "http://127.0.0.1:8080/callback/",
    "http://127.0.0.1:8080/Callback",
    "http://127.0.0.1:8080//callback",
    "http://127.0.0.1:8080/x/../callback",
    "http://127.0.0.1:8080/%63allback",
    "http://127.0.0.1:8080\\callback",
    "http://127.0.0.1:8080/callback?next=/",
    "http://127.0.0.1:8080/callback?",
    "http://127.0.0.1:8080/callback#",
    "http://127.0.0.1:8080/callback#code",
    "http://127.0.0.1:8080/callback\n",
    " http://127.0.0.1:8080/callback",
    "http://127.0.0.1:8080/callback\u0000",
    "http://ada@127.0.0.1:8080/callback",
    "http://ada:secret@127.0.0.1:8080/callback",
    "http://127.0.0.1:8080@evil.test/callback",
    "http://evil.test/http://127.0.0.1:8080/callback",
  ])("has no other path, nothing before it and nothing after it: %j", (redirectUri) => {
    expect(isRedirectUriOf(client("cli"), redirectUri)).toBe(false)
  })
})

describe("a redirect URI of another client", () => {
  test("is exactly the one that is registered", () => {
    expect(isRedirectUriOf(client("mobile"), "com.latchkey.app:/callback")).toBe(true)
    expect(isRedirectUriOf(client("spa"), "http://localhost:5173/callback")).toBe(true)
  })

  test.each([
    "com.latchkey.app://callback",
    "com.latchkey.app:/callback/",
    "com.latchkey.app:/callback?x=1",
    "COM.LATCHKEY.APP:/callback",
    "com.latchkey.app.evil:/callback",
    "com.latchkey.app:callback",
  ])("is for the mobile app not %s", (redirectUri) => {
    expect(isRedirectUriOf(client("mobile"), redirectUri)).toBe(false)
  })

  test.each([
    "http://localhost:5174/callback",
    "http://localhost/callback",
    "http://127.0.0.1:5173/callback",
    "https://localhost:5173/callback",
    "http://LOCALHOST:5173/callback",
    "http://localhost:5173/",
  ])("has for the single-page app no other origin or path: %s", (redirectUri) => {
    expect(isRedirectUriOf(client("spa"), redirectUri)).toBe(false)
  })
})

describe("every client", () => {
  test.each(clients.map(({ id }) => id))("refuses what runs, reads or opens something else: %s", (id) => {
    const others = clients.filter((other) => other.id !== id).flatMap(({ redirectUris }) => redirectUris)
    for (const redirectUri of [
      "",
      "/callback",
      "javascript:alert(1)",
      "data:text/html,<script>",
      "file:///etc/passwd",
      "intent://scan/#Intent;scheme=zxing;end",
      "https://evil.test/callback",
      ...others,
    ]) {
      expect([redirectUri, isRedirectUriOf(client(id), redirectUri)]).toEqual([redirectUri, false])
    }
  })

  test("is found by its exact id, and the plain form is none of them", () => {
    for (const id of ["", "CLI", "cli ", PLAIN_CLIENT.id, "__proto__", "constructor"])
      expect(getClient(id)).toBeNull()
    expect(new Set(clients.map(({ id }) => id)).size).toBe(clients.length)
    expect(isRedirectUriOf(PLAIN_CLIENT, "")).toBe(false)
  })

  test("has a name for people, also when it is no longer registered", () => {
    expect(["cli", "web", "gone"].map(clientName)).toEqual(["Command line", "Browser, over the API", "gone"])
  })

  test("that lives in a browser is called from where it is sent back to, and nobody from elsewhere", () => {
    expect(clientOrigins).toEqual(["http://localhost:5173"])
    for (const { origins = [], redirectUris } of clients)
      for (const origin of origins)
        expect(redirectUris.map((redirectUri) => new URL(redirectUri).origin)).toContain(origin)
  })
})
