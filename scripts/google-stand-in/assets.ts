import { readFileSync } from "node:fs"
import { avatarImage, htmlHeaders, ICON_PATH, iconImage, messagePage, STYLESHEET_PATH } from "./pages"
import { getPersonBySub } from "./people"

interface Asset {
  headers: Record<string, string>
  body: string
}

const assets = new Map<string, Asset>([
  [
    "/",
    {
      headers: htmlHeaders,
      body: messagePage(
        "Nothing to do here",
        "Start in the app: its Continue with Google button leads here.",
      ),
    },
  ],
  [
    STYLESHEET_PATH,
    {
      headers: { "Content-Type": "text/css" },
      body: readFileSync(new URL("./stand-in.css", import.meta.url), "utf8"),
    },
  ],
  [ICON_PATH, image(iconImage)],
])

/** The pages and files that are the same for everybody, and people's pictures. */
export function getAsset(pathname: string): Asset | undefined {
  const [, sub = ""] = /^\/a\/(\d{21})\.svg$/.exec(pathname) ?? []
  const person = getPersonBySub(sub)
  return person ? image(avatarImage(person)) : assets.get(pathname)
}

function image(body: string): Asset {
  return {
    headers: {
      "Content-Type": "image/svg+xml",
      "Content-Security-Policy": "default-src 'none'",
      "Cross-Origin-Resource-Policy": "cross-origin",
    },
    body,
  }
}
