import { PRODUCT_NAME } from "../product"
import type { MailContent } from "./mail-queue"

// One look for every mail, and one source for its two forms. Names, reasons and addresses in a mail are chosen by
// whoever wrote them, so every text becomes one line and is escaped here, wherever it came from. Nothing is loaded
// from anywhere and no link is rewritten: opening a mail tells nobody anything.

export type MailParts = {
  /** What a list of mails shows beside the subject; not repeated in the mail itself. */
  preheader: string
  /** Also the subject. */
  title: string
  /** What happened. */
  paragraphs: readonly string[]
  /** One below the other, each with a bullet. */
  points?: readonly string[]
  /** Who, what, when, from where; those whose value is null are left out. */
  facts?: readonly (readonly [label: string, value: string | null])[]
  /** The one button. The URL is ours. */
  action: { label: string; url: string }
  /** What to do if it was not them. */
  advice?: string
  /** Why they get this mail. */
  footer: string
}

/** Of a mail whose button always leads to the same page: `action` is what it says, where that is not the usual. */
export type LinkedMailParts = Omit<MailParts, "action" | "footer"> & { action?: string }

const SUBJECT_LENGTH_MAX = 150

/** The mail that these parts make, as text and as HTML that says the same in the same order. */
export function mailContent(given: MailParts): MailContent {
  const parts = cleaned(given)
  return { subject: clip(parts.title, SUBJECT_LENGTH_MAX), text: textOf(parts), html: htmlOf(parts) }
}

const dateTime = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
})

/** "24 Nov 2025, 14:05 UTC" */
export function mailTime(date: Date): string {
  return `${dateTime.format(date)} UTC`
}

type CleanParts = ReturnType<typeof cleaned>

function cleaned({
  preheader,
  title,
  paragraphs,
  points = [],
  facts = [],
  action,
  advice,
  footer,
}: MailParts) {
  return {
    preheader: oneLine(preheader),
    title: oneLine(title),
    paragraphs: paragraphs.map(oneLine),
    points: points.map(oneLine),
    facts: facts.flatMap(([label, value]) => (value === null ? [] : [[label, oneLine(value)] as const])),
    action,
    advice: advice === undefined ? undefined : oneLine(advice),
    footer: oneLine(footer),
  }
}

/** Without line breaks, which would end a header, and without what makes text read backwards, which would forge it. */
function oneLine(text: string): string {
  return text
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
}

function clip(text: string, lengthMax: number): string {
  const characters = [...text]
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join("")}…` : text
}

function textOf({ title, paragraphs, points, facts, action, advice, footer }: CleanParts): string {
  const blocks = [
    title,
    ...paragraphs,
    points.map((point) => `- ${point}`).join("\n"),
    facts.map(([label, value]) => `${label}: ${value}`).join("\n"),
    `${action.label}:\n${action.url}`,
    advice ?? "",
    // What mail programs take for the beginning of a signature.
    `-- \n${footer}`,
  ]
  return `${blocks.filter(Boolean).join("\n\n")}\n`
}

// Mail programs know tables and inline styles. The classes are for the dark scheme alone, where it is known.
const font = "font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const styles = {
  page: `margin:0;padding:0;background:#fbfaf9;color:#1f1c18;${font}`,
  hidden: "display:none;max-height:0;overflow:hidden;opacity:0",
  card: "width:100%;max-width:600px;background:#ffffff;border:1px solid #e5e2de;border-radius:12px",
  brand: "margin:0 0 20px;font-size:14px;font-weight:600;color:#8a6116",
  title: "margin:0 0 16px;font-size:21px;line-height:28px;font-weight:600",
  paragraph: "margin:0 0 14px;font-size:15px;line-height:23px",
  points: "margin:0 0 14px;padding:0 0 0 20px;font-size:15px;line-height:23px",
  facts: "width:100%;margin:4px 0 22px;border-top:1px solid #e5e2de",
  label:
    "width:120px;padding:9px 12px 9px 0;border-bottom:1px solid #e5e2de;font-size:14px;line-height:20px;font-weight:400;text-align:left;vertical-align:top;color:#6a645d",
  value:
    "padding:9px 0;border-bottom:1px solid #e5e2de;font-size:14px;line-height:20px;word-break:break-word;overflow-wrap:anywhere",
  button:
    "display:inline-block;padding:11px 20px;border-radius:8px;background:#1f1c18;color:#fbfaf9;font-size:15px;line-height:20px;font-weight:500;text-decoration:none",
  advice: "margin:22px 0 0;font-size:14px;line-height:21px;color:#6a645d",
  footer: "margin:0;font-size:13px;line-height:19px;color:#6a645d",
}

const darkScheme = `@media (prefers-color-scheme:dark){
.page{background:#0f0e0d!important;color:#edebe7!important}
.card{background:#171614!important;border-color:#2f2c29!important}
.line{border-color:#2f2c29!important}
.quiet{color:#aaa59e!important}
.brand{color:#dcb264!important}
.button{background:#edebe7!important;color:#171614!important}
}`

function htmlOf({ preheader, title, paragraphs, points, facts, action, advice, footer }: CleanParts): string {
  const lines = [
    `<h1 style="${styles.title}">${escapeHtml(title)}</h1>`,
    ...paragraphs.map((paragraph) => `<p style="${styles.paragraph}">${escapeHtml(paragraph)}</p>`),
    pointsHtml(points),
    factsHtml(facts),
    `<a class="button" href="${escapeHtml(action.url)}" target="_blank" style="${styles.button}">${escapeHtml(action.label)}</a>`,
    advice === undefined ? "" : `<p class="quiet" style="${styles.advice}">${escapeHtml(advice)}</p>`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
:root{color-scheme:light dark}
${darkScheme}
</style>
</head>
<body class="page" style="${styles.page}">
<div style="${styles.hidden}">${escapeHtml(preheader)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="page" style="${styles.page}">
<tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" class="card" style="${styles.card}">
<tr><td style="padding:28px 28px 30px">
<p class="brand" style="${styles.brand}">${escapeHtml(PRODUCT_NAME)}</p>
${lines.filter(Boolean).join("\n")}
</td></tr>
</table>
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px">
<tr><td style="padding:18px 28px"><p class="quiet" style="${styles.footer}">${escapeHtml(footer)}</p></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}

function pointsHtml(points: readonly string[]): string {
  if (points.length === 0) return ""
  const items = points.map((point) => `<li>${escapeHtml(point)}</li>`).join("\n")
  return `<ul style="${styles.points}">\n${items}\n</ul>`
}

function factsHtml(facts: CleanParts["facts"]): string {
  if (facts.length === 0) return ""
  const rows = facts.map(
    ([label, value]) =>
      `<tr><th scope="row" class="line quiet" style="${styles.label}">${escapeHtml(label)}</th><td class="line" style="${styles.value}">${escapeHtml(value)}</td></tr>`,
  )
  return `<table cellpadding="0" cellspacing="0" class="line" style="${styles.facts}">\n${rows.join("\n")}\n</table>`
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** The text as HTML, in an element or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
