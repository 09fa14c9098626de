import { describe, vi } from "vitest"
import { github, testEveryFault } from "../testing/hostile-provider-cases"
import { throughNextAuth, throughPlainLogin, throughProgramLogin } from "../testing/hostile-provider-ways"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

describe("a hostile GitHub, in a person's browser,", () => testEveryFault(github, throughNextAuth))

describe("a hostile GitHub, in a sign-in that ends in tokens,", () =>
  testEveryFault(github, throughPlainLogin))

describe("a hostile GitHub, in a sign-in that ends in a code,", () =>
  testEveryFault(github, throughProgramLogin))
