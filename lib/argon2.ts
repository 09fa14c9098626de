import { hash, verify } from "@node-rs/argon2"
import { AppError } from "./errors"

// Argon2id with the parameters that OWASP asks for: 19 MiB, two passes, one lane. That is 12 ms of one core, on the four
// threads that Node has for files and names as well. So only some of them are used, and nobody waits who would wait long:
// whoever sends passwords from many addresses slows down sign-ins, but nothing else.

const AT_ONCE_MAX = 2
const WAITING_MAX = 100

/** What is stored of a secret that people can remember or type. Throws unavailable while there are too many of them. */
export function argon2Hash(text: string): Promise<string> {
  return inTurn(() => hash(text))
}

/** Whether the text is the one of this hash. Throws unavailable while there are too many of them. */
export function argon2Verify(stored: string, text: string): Promise<boolean> {
  return inTurn(() => verify(stored, text))
}

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE_MAX) running += 1
  else await turn()
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** Resolves when somebody who is done passes their place on. */
function turn(): Promise<void> {
  if (waiting.length >= WAITING_MAX)
    throw new AppError("unavailable", "Very many people are signing in right now. Try again shortly.")
  return new Promise((resolve) => {
    waiting.push(resolve)
  })
}
