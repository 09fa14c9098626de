import { describe, vi } from "vitest"
import { google, testEveryFault } from "../testing/hostile-provider-cases"
import { throughPlainLogin, throughProgramLogin } from "../testing/hostile-provider-ways"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

describe("a hostile provider, in a sign-in that ends in tokens,", () =>
  testEveryFault(google, throughPlainLogin))

describe("a hostile provider, in a sign-in that ends in a code,", () =>
  testEveryFault(google, throughProgramLogin))
