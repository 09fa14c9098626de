import type { SessionView } from "@/lib/auth/session-list"

/** What people call a sign-in: the program that holds it, or their browser. */
export function sessionName({ client, device }: SessionView): string {
  return client?.name ?? device
}

/** Where a program runs; null for a browser, whose name says it. */
export function sessionDevice({ client, device }: SessionView): string | null {
  return client && device
}

/** "2 browsers and 1 program" */
export function sessionCount(sessions: SessionView[]): string {
  const programs = sessions.filter(({ client }) => client).length
  const counts = [count(sessions.length - programs, "browser"), count(programs, "program")]
  return counts.filter(Boolean).join(" and ")
}

function count(number: number, noun: string): string {
  if (number === 0) return ""
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}
