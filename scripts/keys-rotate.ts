// Lets the next signing key sign from now on. Running instances notice within seconds; old tokens stay valid.

import { rotateSigningKey } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { readArguments } from "./support/arguments"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"

runCommand(() => rotate(process.argv.slice(2)).finally(() => db().$disconnect()))

async function rotate(args: string[]): Promise<number> {
  const { values } = readArguments(
    { args, options: { now: { type: "boolean" } } },
    "Usage: npm run keys:rotate [-- --now]",
  )
  const rotation = await rotateSigningKey({ evenTooEarly: values.now === true })
  if (rotation.status === "too_early") {
    throw new ExpectedFault(
      `The next key was published only lately: verifiers that keep our key set may not know it before ${rotation.usableFrom.toISOString()}.\n` +
        "Run this again then, or with --now (`npm run keys:rotate -- --now`) if that does not matter to you.",
    )
  }
  console.log(
    `${rotation.kid} signs from now on. ${rotation.previousKid} stays published until its tokens have expired.`,
  )
  return 0
}
