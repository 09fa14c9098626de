import nodemailer from "nodemailer"
import { seconds } from "../duration"
import { env, isLoopbackHost } from "../env"

/** A mail as it goes out. */
export type OutgoingMail = {
  id: string
  to: string
  subject: string
  text: string
  html: string
  createdAt: Date
}

/** Hands a mail over. Resolves only when the other side has taken it on. */
export type SendMail = (mail: OutgoingMail) => Promise<unknown>

/** Bounds each wait for the mail server, of which a delivery has several. */
const WAIT_MAX = seconds(10)
/** As many as are kept open, so that many mails do not cost a greeting each. */
export const CONNECTIONS_MAX = 5

/** The mail server at `url`: one pool of connections. */
export function openMailServer(url: string): { send: SendMail; close: () => void } {
  const { protocol, hostname, password } = new URL(url)
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    dnsTimeout: WAIT_MAX,
    connectionTimeout: WAIT_MAX,
    greetingTimeout: WAIT_MAX,
    socketTimeout: WAIT_MAX,
    // A password does not travel in the clear because somebody in between left STARTTLS out of the server's offer.
    requireTLS: protocol === "smtp:" && password !== "" && !isLoopbackHost(hostname),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const send: SendMail = ({ id, to, subject, text, html, createdAt }) =>
    transport.sendMail({
      from: env().MAIL_FROM,
      // Not a text, which could be read as a list of addresses.
      to: { name: "", address: to },
      messageId: messageIdOf(id),
      date: createdAt,
      // RFC 3834: no holiday notice shall answer it.
      headers: { "Auto-Submitted": "auto-generated" },
      ...{ subject, text, html },
    })
  return { send, close: () => transport.close() }
}

/** RFC 5322 section 3.6.4. The same at every attempt, so that who gets a mail twice can see that it is one. */
function messageIdOf(id: string): string {
  return `<${id}@${new URL(env().APP_URL).hostname}>`
}

/** Whether the server refused this mail for good (RFC 5321 section 4.2.1): its recipient or what it says, and not us. */
export function isPermanentRefusal(error: unknown): boolean {
  const { responseCode = 0, command } = error as { responseCode?: number; command?: string }
  return responseCode >= 500 && responseCode < 600 && (command === "RCPT TO" || command === "DATA")
}
