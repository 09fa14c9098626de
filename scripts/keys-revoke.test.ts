import { execFile } from "node:child_process"
import { describe, expect, test } from "vitest"
import { readRevocation } from "./keys-revoke"

const kid = "-4dTqGpBVq1c5nPo1oD8s2vV0R7cXl9uZ3mYw6kJhE8"
const nothing = { kid: undefined, all: false, endSessions: false }

describe("what to withdraw", () => {
  test.each([
    ["a key", [kid.replace("-", "x")], { ...nothing, kid: kid.replace("-", "x") }],
    ["a key whose id begins with a dash", [kid], { ...nothing, kid }],
    [
      "a key whose id begins with two",
      [kid.replace("-4", "--")],
      { ...nothing, kid: kid.replace("-4", "--") },
    ],
    ["a key behind --", ["--", kid], { ...nothing, kid }],
    ["a key and the sign-ins", [kid, "--end-sessions"], { ...nothing, kid, endSessions: true }],
    ["the sign-ins, then a key", ["--end-sessions", kid], { ...nothing, kid, endSessions: true }],
    ["what may be the id of a key", ["lost"], { ...nothing, kid: "lost" }],
    ["every key", ["--all"], { ...nothing, all: true }],
    ["nothing", [], nothing],
  ])("can be %s", (_name, args, revocation) => {
    expect(readRevocation(args)).toEqual(revocation)
  })

  test.each([
    ["a mistyped option", [kid, "--end-session"]],
    ["every key beside one", [kid, "--all"]],
    ["two keys", [kid, "other"]],
    ["an option with a value", [kid, "--end-sessions=no"]],
  ])("is asked for again after %s", (_name, args) => {
    expect(() => readRevocation(args)).toThrow("Usage: npm run keys:revoke")
  })
})

test.each(["keys-rotate", "keys-revoke"])(
  "%s ends with the usage before it asks the database",
  async (name) => {
    const args = ["--conditions=react-server", "--import", "tsx", `scripts/${name}.ts`, "--nwo"]
    const { NODE_OPTIONS: _, ...env } = process.env
    const { exitCode, output } = await new Promise<{ exitCode: number | null; output: string }>((resolve) => {
      const child = execFile(process.execPath, args, { env }, (_error, _stdout, stderr) =>
        resolve({ exitCode: child.exitCode, output: stderr }),
      )
    })
    expect(exitCode).toBe(1)
    expect(output).toContain("Unknown option '--nwo'")
    expect(output).toContain(`Usage: npm run ${name.replace("-", ":")}`)
  },
  // A process of its own, on a machine that may be busy.
  30_000,
)
