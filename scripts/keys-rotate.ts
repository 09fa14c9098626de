// Lets the next signing key sign from now on. Running instances notice within seconds; old tokens stay valid.

import { rotateSigningKey } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"

runCommand(async () => {
  const evenTooEarly = process.argv.includes("--now")
  const rotation = await rotateSigningKey({ evenTooEarly }).finally(() => db().$disconnect())
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
})
