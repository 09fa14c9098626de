import type { AddressInfo } from "node:net"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { deferredTasks } from "../defer"
import { addDuration, days, hours, minutes, seconds } from "../duration"
import { PRODUCT_NAME } from "../product"
import { createPerson } from "../testing/factories"
import { deliverMails, startMailDelivery } from "./mail-delivery"
import { enqueueMail, enqueueMailsToAdmins } from "./mail-queue"
import { openMailServer } from "./smtp"

const mailbox = vi.hoisted(() => ({ isThere: true }))

vi.mock("./mailbox", async (original) => ({
  ...(await original<object>()),
  hasMailbox: () => mailbox.isThere,
}))

type Received = { to: string; raw: string; messageId: string }
type Behaviour = {
  /** Refuses a recipient with this code. */
  onRecipient?: (address: string) => number | undefined
  /** Refuses what was sent with this code. */
  onMessage?: () => number | undefined
}

const open: (() => Promise<void> | void)[] = []

beforeEach(() => db().mail.deleteMany())
afterEach(async () => {
  mailbox.isThere = true
  vi.useRealTimers()
  for (const close of open.splice(0)) await close()
})

/** A mail server that keeps what it takes on, and a way to it. */
async function startMailServer(behaviour: Behaviour = {}, port = 0) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo({ address }, _session, callback) {
      callback(refusal(behaviour.onRecipient?.(address)))
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        const error = refusal(behaviour.onMessage?.())
        const raw = Buffer.concat(chunks).toString()
        const messageId = /^Message-ID: (.+)\r$/im.exec(raw)?.[1] ?? ""
        if (!error) received.push({ to: envelope.rcptTo[0]?.address ?? "", raw, messageId })
        callback(error)
      })
    },
  } satisfies SMTPServerOptions)
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  const address = server.server.address() as AddressInfo
  open.push(close)
  return { received, close, port: address.port, url: `smtp://127.0.0.1:${address.port}` }
}

function refusal(responseCode: number | undefined): Error | null {
  return responseCode ? Object.assign(new Error("Refused"), { responseCode }) : null
}

function wayTo(url: string) {
  const way = openMailServer(url)
  open.unshift(way.close)
  return way.send
}

const content = { subject: "Schlüssel “A”", text: "Grüße, as text\n", html: "<p>Grüße, as HTML</p>" }
const enqueue = (...to: string[]) => enqueueMail(db(), to, content)
const readMails = () => db().mail.findMany({ orderBy: { to: "asc" } })
async function readMail() {
  const [mail] = await readMails()
  if (!mail) throw new Error("there is no mail")
  return mail
}
const soon = () => addDuration(new Date(), seconds(1))

describe("a mail in the queue", () => {
  test("keeps a link that opens an account until it is sent, and no longer", async () => {
    mailbox.isThere = false
    const { received, url } = await startMailServer()
    const link = "https://app.example.com/reset-password?token=q83vEjRWeJ"
    await enqueueMail(db(), ["ada@example.test"], {
      subject: "s",
      text: link,
      html: `<a href="${link}">x</a>`,
    })
    await deliverMails(wayTo(url), soon())
    expect(received[0]?.raw).toContain("q83vEjRWeJ")
    const { text, html } = await readMail()
    expect(`${text} ${html}`).not.toContain("q83vEjRWeJ")
    expect(html).toBe('<a href="https://app.example.com/reset-password?token=[redacted]">x</a>')
  })

  test("is delivered once, with both parts", async () => {
    const { received, url } = await startMailServer()
    await enqueue("ada@example.test")
    const send = wayTo(url)
    expect(await deliverMails(send, soon())).toBe(1)
    expect(await deliverMails(send, addDuration(soon(), days(1)))).toBe(0)

    const mail = await readMail()
    expect(mail).toMatchObject({ sentAt: expect.any(Date), failedAt: null, attempts: 1, lastError: null })
    expect(received).toEqual([
      { to: "ada@example.test", raw: expect.any(String), messageId: `<${mail.id}@localhost>` },
    ])
    const { raw = "" } = received[0] ?? {}
    expect(raw).toContain(`From: ${PRODUCT_NAME} <no-reply@localhost>\r\n`)
    expect(raw).toMatch(/^To: ada@example\.test\r$/m)
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m)
    expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m)
    expect(raw).toMatch(/^Content-Type: text\/html; charset=utf-8/m)
    expect(raw).toContain("Gr=C3=BC=C3=9Fe, as text")
    expect(raw).toContain("<p>Gr=C3=BC=C3=9Fe, as HTML</p>")
  })

  test("goes to one recipient, however its address is written", async () => {
    const { received, url } = await startMailServer()
    await enqueue("one@example.test, two@example.test")
    await deliverMails(wayTo(url), soon())
    expect(received.map(({ to }) => to)).not.toContain("two@example.test")
    expect(received.length).toBeLessThanOrEqual(1)
  })

  test("is not there when the transaction of what it tells of is undone", async () => {
    const undone = db().$transaction(async (tx) => {
      await enqueueMail(tx, ["ada@example.test"], content)
      throw new Error("undone")
    })
    await expect(undone).rejects.toThrow("undone")
    expect(await readMails()).toEqual([])
  })
})

test("mails about accounts go before all that wait about keys, however many and old those are", async () => {
  const { caller } = await createPerson()
  const mails = Array.from({ length: 100 }, () => ({ organizationId: caller.organization.id, content }))
  await enqueueMailsToAdmins(db(), mails)
  await enqueue("ada@example.test")
  const sent: string[] = []
  await deliverMails(async ({ to }) => void sent.push(to), soon())
  expect(sent).toHaveLength(20)
  expect(sent).toContain("ada@example.test")
})

describe("two workers at once", () => {
  test("send each of fifty mails once", async () => {
    const { received, url } = await startMailServer()
    await enqueue(...Array.from({ length: 50 }, (_, index) => `person-${index}@example.test`))
    const work = async () => {
      const send = wayTo(url)
      while ((await deliverMails(send, soon())) > 0);
    }
    await Promise.all([work(), work(), work()])
    expect(received).toHaveLength(50)
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(50)
    expect((await readMails()).every(({ sentAt, attempts }) => sentAt && attempts === 1)).toBe(true)
  })
})

describe("while the mail server is down", () => {
  test("mails wait, ever longer up to an hour, and go out when it is back", async () => {
    const { port, url, close } = await startMailServer()
    await close()
    await enqueue("ada@example.test", "grace@example.test")
    const send = wayTo(url)
    const waits: number[] = []
    let now = soon()
    for (let attempt = 0; attempt < 9; attempt++) {
      expect(await deliverMails(send, now)).toBe(2)
      const { nextAttemptAt, lastError } = await readMail()
      expect(lastError).toContain("ECONNREFUSED")
      expect(await deliverMails(send, addDuration(nextAttemptAt, -1))).toBe(0)
      waits.push((nextAttemptAt.getTime() - now.getTime()) / seconds(1))
      now = nextAttemptAt
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600])

    const { received } = await startMailServer({}, port)
    expect(await deliverMails(send, now)).toBe(2)
    expect(received.map(({ to }) => to).sort()).toEqual(["ada@example.test", "grace@example.test"])
    expect(
      (await readMails()).every(({ sentAt, failedAt, lastError }) => sentAt && !failedAt && !lastError),
    ).toBe(true)
  })

  test("a mail is given up after three days, with what went wrong last", async () => {
    const { url, close } = await startMailServer()
    await close()
    await enqueue("ada@example.test")
    const send = wayTo(url)
    const { createdAt } = await readMail()
    await deliverMails(send, addDuration(createdAt, days(3) - hours(1)))
    expect(await readMail()).toMatchObject({ failedAt: null, attempts: 1 })
    const end = addDuration(createdAt, days(3))
    expect(await deliverMails(send, end)).toBe(1)
    expect(await readMail()).toMatchObject({
      sentAt: null,
      failedAt: end,
      lastError: expect.stringContaining("ECONNREFUSED"),
    })
    expect(await deliverMails(send, addDuration(end, days(1)))).toBe(0)
  })
})

describe("a refusal", () => {
  test.each([
    ["of the recipient", { onRecipient: () => 451 }],
    ["of the message", { onMessage: () => 452 }],
  ])("%s for now is tried again, as the same mail", async (_name, behaviour: Behaviour) => {
    const { received, url } = await startMailServer(behaviour)
    await enqueue("ada@example.test")
    const send = wayTo(url)
    await deliverMails(send, soon())
    const refused = await readMail()
    expect(refused).toMatchObject({ sentAt: null, failedAt: null, attempts: 1 })
    expect(refused.lastError).toMatch(/45[12]/)

    Object.assign(behaviour, { onRecipient: undefined, onMessage: undefined })
    await deliverMails(send, refused.nextAttemptAt)
    expect(received.map(({ messageId }) => messageId)).toEqual([`<${refused.id}@localhost>`])
    expect(await readMail()).toMatchObject({ sentAt: expect.any(Date), attempts: 2, lastError: null })
  })

  test.each([
    ["of the recipient", { onRecipient: (address) => (address.startsWith("gone") ? 550 : undefined) }],
    ["of the message", { onMessage: vi.fn(() => 554).mockReturnValueOnce(554) }],
  ] satisfies [string, Behaviour][])(
    "%s for good is final, and the next mail goes on",
    async (name, behaviour) => {
      const { received, url } = await startMailServer(behaviour)
      await enqueue("gone@example.test")
      const send = wayTo(url)
      await deliverMails(send, soon())
      expect(await readMail()).toMatchObject({ sentAt: null, failedAt: expect.any(Date), attempts: 1 })
      expect((await readMail()).lastError).toMatch(/55[04]/)
      expect(await deliverMails(send, addDuration(soon(), days(1)))).toBe(0)

      if (name !== "of the recipient") return
      await enqueue("here@example.test")
      await deliverMails(send, soon())
      expect(received.map(({ to }) => to)).toEqual(["here@example.test"])
    },
  )

  test("is kept as one bounded line without secrets", async () => {
    await enqueue("ada@example.test")
    const secret = `rt_${"x".repeat(49)}`
    await deliverMails(async () => {
      throw new Error(`451 ${secret}\r\n\u0000${"long ".repeat(500)}`)
    }, soon())
    const { lastError } = await readMail()
    expect(lastError).toMatch(/^451 rt_\[redacted\] long /)
    expect(lastError).toHaveLength(500)
  })
})

describe("a worker that dies", () => {
  test("after its claim leaves the mail to another, once its lease has ended", async () => {
    const { received, url } = await startMailServer()
    await enqueue("ada@example.test")
    const now = soon()
    // It never comes back.
    void deliverMails(() => new Promise(() => {}), now)
    await vi.waitFor(async () => expect((await readMail()).attempts).toBe(1))

    const send = wayTo(url)
    expect(await deliverMails(send, addDuration(now, minutes(2) - 1))).toBe(0)
    expect(await deliverMails(send, addDuration(now, minutes(2)))).toBe(1)
    expect(received).toHaveLength(1)
  })

  test("before it wrote down the server's yes sends the same Message-ID again, and nothing it writes late counts", async () => {
    const { received, url } = await startMailServer()
    await enqueue("ada@example.test")
    const send = wayTo(url)
    const now = soon()
    let failLate = () => {}
    const late = deliverMails(async (mail) => {
      await send(mail)
      await new Promise<void>((_resolve, reject) => {
        failLate = () => reject(Object.assign(new Error("550 late"), { responseCode: 550, command: "DATA" }))
      })
    }, now)
    await vi.waitFor(() => expect(received).toHaveLength(1))
    const later = addDuration(now, minutes(2))
    expect(await deliverMails(send, later)).toBe(1)
    failLate()
    await late
    expect(received[1]?.messageId).toBe(received[0]?.messageId)
    expect(received).toHaveLength(2)
    expect(await readMail()).toMatchObject({ sentAt: later, failedAt: null, attempts: 2 })
  })
})

describe("delivery", () => {
  test("without a mail server counts a mail as arrived in the mailbox, every few seconds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    await enqueue("ada@example.test")
    startMailDelivery()
    startMailDelivery()
    expect(vi.getTimerCount()).toBe(1)
    await vi.waitFor(async () => {
      vi.advanceTimersByTime(seconds(5))
      await deferredTasks()
      expect(await readMail()).toMatchObject({ sentAt: expect.any(Date), attempts: 1 })
    })
  })

  test("finishes the mail under way in a process that drains, and leaves the others to the next", async () => {
    const { startDraining } = await import("../lifecycle")
    await enqueue(...Array.from({ length: 8 }, (_, index) => `person-${index}@example.test`))
    await deliverMails(async () => startDraining(), soon())
    const mails = await readMails()
    const sent = mails.filter(({ sentAt }) => sentAt)
    expect(sent.length).toBeGreaterThanOrEqual(1)
    expect(sent.length).toBeLessThan(8)
    const left = mails.filter(({ sentAt }) => !sentAt)
    expect(left.every(({ attempts, nextAttemptAt }) => attempts === 0 && nextAttemptAt <= soon())).toBe(true)
  })
})
