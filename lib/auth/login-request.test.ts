import { describe, expect, test } from "vitest"
import { PLAIN_CLIENT } from "./clients"
import type { LoginQuery } from "./login.schema"
import { readLoginRequest } from "./login-request"
import { permissions } from "./permissions"

const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
const good: LoginQuery = {
  clientId: "cli",
  redirectUri: "http://127.0.0.1:8080/callback",
  codeChallenge: challenge,
  codeChallengeMethod: "S256",
  state: "state",
}

function refusal(changes: LoginQuery): unknown {
  try {
    readLoginRequest({ ...good, ...changes })
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe("a request of a registered client", () => {
  test("is taken as it was sent, with the whole scope when none is asked for", () => {
    expect(readLoginRequest(good)).toMatchObject({
      client: { id: "cli" },
      redirectUri: "http://127.0.0.1:8080/callback",
      codeChallenge: challenge,
      state: "state",
      scope: permissions,
    })
    expect(readLoginRequest({ ...good, state: undefined, responseType: "code" }).state).toBeNull()
  })

  test.each<[string, LoginQuery]>([
    ["no challenge", { codeChallenge: undefined }],
    ["a challenge of ten characters", { codeChallenge: "E9Melhoa2O" }],
    ["a padded challenge", { codeChallenge: `${challenge}=` }],
    ["a challenge in base64", { codeChallenge: challenge.replace("-", "+") }],
    ["a challenge with a line end", { codeChallenge: `${challenge}\n` }],
    ["no method, which would mean plain", { codeChallengeMethod: undefined }],
    ["the method plain", { codeChallengeMethod: "plain" }],
    ["a method in other letters", { codeChallengeMethod: "s256" }],
    ["no redirect URI", { redirectUri: undefined }],
    ["a redirect URI of another client", { redirectUri: "com.latchkey.app:/callback" }],
    ["a redirect URI of nobody", { redirectUri: "https://evil.test/callback" }],
    ["a response of tokens", { responseType: "token" }],
    ["a response of more than a code", { responseType: "code id_token" }],
  ])("is refused with %s", (_name, changes) => {
    expect(refusal(changes)).toBe("invalid_request")
  })

  test.each([undefined, "", "unknown", "CLI", PLAIN_CLIENT.id])("is refused to the client %j", (clientId) => {
    expect(refusal({ clientId })).toBe("invalid_client")
  })

  test("gets the scope it asks for, in our order, and nothing beyond", () => {
    const [first = "", second = ""] = permissions
    expect(readLoginRequest({ ...good, scope: `${second} ${first} ${first}` }).scope).toEqual([first, second])
    for (const scope of [
      "",
      " ",
      "everything",
      `${first} everything`,
      first.toUpperCase(),
      `${first},${second}`,
    ])
      expect(refusal({ scope })).toBe("invalid_scope")
  })
})

describe("a request without a client", () => {
  test("is for tokens in the browser that asks", () => {
    expect(readLoginRequest({})).toEqual({
      client: PLAIN_CLIENT,
      redirectUri: null,
      codeChallenge: null,
      state: null,
      scope: permissions,
      maxAge: null,
    })
  })

  test.each<LoginQuery>([{ codeChallenge: challenge }, { state: "state" }])(
    "is refused when it asks for half of another: %j",
    (parameters) => {
      expect(() => readLoginRequest(parameters)).toThrow(expect.objectContaining({ code: "invalid_request" }))
    },
  )
})
