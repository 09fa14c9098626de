// Withdraws a signing key at once, with every access token it signed; programs get new ones by refreshing. With
// --end-sessions their sign-ins end too: for when more than the key may have leaked. With --all in place of the key
// every key goes, also when KEY_ENCRYPTION_KEY is lost and none can be opened.

import { endProgramSessions } from "@/lib/auth/sessions"
import { listSigningKeys, revokeAllSigningKeys, revokeSigningKey } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"

runCommand(() => revoke(process.argv.slice(2)).finally(() => db().$disconnect()))

async function revoke(args: string[]): Promise<number> {
  console.log(`${await withdraw(args)} withdrawn: what it signed is refused everywhere within seconds.`)
  if (args.includes("--end-sessions")) {
    console.log(`Ended ${await endProgramSessions("key_retired")} sign-ins of programs.`)
  }
  return 0
}

async function withdraw(args: string[]): Promise<string> {
  if (args.includes("--all")) {
    await revokeAllSigningKeys()
    return "Every key is"
  }
  const kid = args.find((argument) => !argument.startsWith("--"))
  if (!kid || !(await revokeSigningKey(kid))) throw new ExpectedFault(await usage())
  return `${kid} is`
}

async function usage(): Promise<string> {
  const keys = (await listSigningKeys()).map(({ kid, state }) => `  ${kid}  ${state}`)
  return ["Name the key to withdraw: npm run keys:revoke KID", "These are not retired yet:", ...keys].join(
    "\n",
  )
}
