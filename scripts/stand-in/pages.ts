export const STYLESHEET_PATH = "/stand-in.css"
export const ICON_PATH = "/icon.svg"
export const ADDRESS_FAULT = "Enter an email address, such as anyone@example.test."

/**
 * No form-action: browsers apply it to every redirect that follows a form, through the app's callback and
 * on to a native client's own scheme, which the stand-in cannot know. Nothing on these pages can add a form.
 */
export const htmlHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
}

/** Whose sign-in is stood in for: the name people know it by. */
export type Provider = "Google" | "GitHub"

/** A person as the chooser shows them. */
export interface Choice {
  name: string
  email: string
  picture: string
  note?: string
}

interface AccountChooser {
  title: string
  choices: readonly Choice[]
  /** Where the sign-in leads, such as localhost:3000. */
  destination: string
  address?: string
  fault?: string
}

export function accountChooserPage(
  provider: Provider,
  { title, choices, destination, address = "", fault }: AccountChooser,
): string {
  return page(
    provider,
    title,
    `<p class="lead">to continue to <strong>${escapeHtml(destination)}</strong></p>
<form method="post">
  <ul class="people">${choices.map(choiceItem).join("")}</ul>
</form>
<form method="post" class="other" novalidate>
  <h2>Use another account</h2>
  <label for="address">Email address</label>
  <div class="field">
    <input id="address" name="account" type="email" inputmode="email" autocomplete="off" spellcheck="false"
      placeholder="anyone@example.test" value="${escapeHtml(address)}"
      ${fault ? 'aria-invalid="true" aria-describedby="fault" autofocus' : ""}>
    <button class="primary">Next</button>
  </div>
  ${fault ? `<p id="fault" class="fault">${escapeHtml(fault)}</p>` : ""}
</form>
<form method="post" class="cancel"><button name="cancel" value="yes">Cancel</button></form>`,
  )
}

export function messagePage(provider: Provider, title: string, ...paragraphs: string[]): string {
  const content = paragraphs.filter(Boolean).map((text) => `<p class="lead">${escapeHtml(text)}</p>`)
  return page(provider, title, content.join(""))
}

/** Initials on a colour of the person's own, which `number` picks. */
export function avatarImage(name: string, number: number): string {
  const words = name.split(" ").slice(0, 2)
  return badge(words.map((word) => Array.from(word)[0] ?? "").join(""), number % 360)
}

export const iconImage = badge("G?", 40)

function badge(letters: string, hue: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="40" height="40" fill="hsl(${hue} 45% 33%)"/>
<text x="20" y="26" fill="#fff" font-family="system-ui, sans-serif" font-size="16" text-anchor="middle">${escapeHtml(letters)}</text>
</svg>`
}

function choiceItem({ name, email, picture, note }: Choice, index: number): string {
  const noteId = `note-${index}`
  return `
    <li>
      <button name="account" value="${escapeHtml(email)}"${note ? ` aria-describedby="${noteId}"` : ""}>
        <img src="${escapeHtml(picture)}" alt="" width="40" height="40">
        <span><span class="name">${escapeHtml(name)}</span> <span class="address">${escapeHtml(email)}</span></span>
      </button>
      ${note ? `<span class="note" id="${noteId}">${escapeHtml(note)}</span>` : ""}
    </li>`
}

function page(provider: Provider, title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · local stand-in for ${provider}</title>
<link rel="stylesheet" href="${STYLESHEET_PATH}">
<link rel="icon" href="${ICON_PATH}">
</head>
<body>
<p class="banner" role="note">Local stand-in for ${provider}: no password, development only</p>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
