// Withdraws a signing key at once, with every access token it signed; programs get new ones by refreshing. With
// --end-sessions their sign-ins end too: for when more than the key may have leaked. With --all in place of the key
// every key goes, also when KEY_ENCRYPTION_KEY is lost and none can be opened.

import path from "node:path"
import { endProgramSessions } from "@/lib/auth/program-sessions"
import { listSigningKeys, revokeAllSigningKeys, revokeSigningKey } from "@/lib/auth/signing-keys"
import { db } from "@/lib/db"
import { readArguments } from "./support/arguments"
import { runCommand } from "./support/command"
import { ExpectedFault } from "./support/faults.mjs"

const usage = "Usage: npm run keys:revoke -- (KID | --all) [--end-sessions]"

type Revocation = { kid: string | undefined; all: boolean; endSessions: boolean }

/** What to withdraw; `kid` is missing where nothing was named. Throws ExpectedFault for more than one thing. */
export function readRevocation(args: string[]): Revocation {
  const { values, positionals } = readArguments(
    {
      args: args.filter((argument) => !isKid(argument)),
      allowPositionals: true,
      options: { all: { type: "boolean" }, "end-sessions": { type: "boolean" } },
    },
    usage,
  )
  const kids = [...args.filter(isKid), ...positionals]
  const all = values.all === true
  if (kids.length > (all ? 0 : 1)) throw new ExpectedFault(`Name one key, or --all of them.\n${usage}`)
  return { kid: kids[0], all, endSessions: values["end-sessions"] === true }
}

/** A key's id is a thumbprint (RFC 7638): it may begin with a dash, and is no option even then. */
function isKid(argument: string): boolean {
  return /^[\w-]{43}$/.test(argument)
}

async function revoke(args: string[]): Promise<number> {
  const revocation = readRevocation(args)
  console.log(`${await withdraw(revocation)} withdrawn: what it signed is refused everywhere within seconds.`)
  if (revocation.endSessions) {
    console.log(`Ended ${await endProgramSessions("key_retired")} sign-ins of programs.`)
  }
  return 0
}

async function withdraw({ kid, all }: Revocation): Promise<string> {
  if (all) {
    await revokeAllSigningKeys()
    return "Every key is"
  }
  if (!kid || !(await revokeSigningKey(kid))) throw new ExpectedFault(await namesOfKeys())
  return `${kid} is`
}

async function namesOfKeys(): Promise<string> {
  const keys = (await listSigningKeys()).map(({ kid, state }) => `  ${kid}  ${state}`)
  return ["Name the key to withdraw. These are not retired yet:", ...keys, usage].join("\n")
}

if (/^keys-revoke\.[jt]s$/.test(path.basename(process.argv[1] ?? "")))
  await runCommand(() => revoke(process.argv.slice(2)).finally(() => db().$disconnect()))
