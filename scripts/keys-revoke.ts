// Withdraws a signing key at once, with every access token it signed; programs get new ones by refreshing. With
// --end-sessions their sign-ins end too: for when more than the key may have leaked.

import { endProgramSessions } from "@/lib/auth/sessions"
import { listSigningKeys, revokeSigningKey } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"

runCommand(() => revoke(process.argv.slice(2)).finally(() => db().$disconnect()))

async function revoke(args: string[]): Promise<number> {
  const kid = args.find((argument) => !argument.startsWith("--"))
  if (!kid || !(await revokeSigningKey(kid))) throw new ExpectedFault(await usage())
  console.log(`${kid} is withdrawn: its tokens are refused everywhere within seconds.`)
  if (args.includes("--end-sessions")) {
    console.log(`Ended ${await endProgramSessions("key_retired")} sign-ins of programs.`)
  }
  return 0
}

async function usage(): Promise<string> {
  const keys = (await listSigningKeys()).map(({ kid, state }) => `  ${kid}  ${state}`)
  return ["Name the key to withdraw: npm run keys:revoke KID", "These are not retired yet:", ...keys].join(
    "\n",
  )
}
