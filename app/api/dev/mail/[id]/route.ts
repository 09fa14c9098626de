import { z } from "zod"
import { notFound } from "@/lib/errors"
import { type Handler, resource, route } from "@/lib/http/route"
import { id } from "@/lib/input"
import { getMail } from "@/lib/mail/mailbox"

/** Only what a mail is made of: its own styles. It runs nothing, loads nothing and is shown in our own pages alone. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

const readMail = route({ caller: "anyone", params: z.object({ id: id() }) }, async ({ params }) => {
  const mail = await getMail(params.id)
  if (!mail) throw notFound()
  return new Response(mail.html, { headers: { "content-type": "text/html; charset=utf-8" } })
})

const showMail: Handler = async (request, context) => {
  const response = await readMail(request, context)
  // route() closes every answer; this one is a document.
  if (response.ok) response.headers.set("content-security-policy", mailPolicy)
  return response
}

/** The HTML of a mail, for the frame of the mailbox page. Where there is no mailbox: 404. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ GET: showMail })
