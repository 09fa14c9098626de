import { readFileSync } from "node:fs"
import { htmlHeaders, ICON_PATH, iconImage, messagePage, type Provider, STYLESHEET_PATH } from "./pages"

export interface Asset {
  headers: Record<string, string>
  body: string
}

/** The pages and files that are the same for everybody, by their path. */
export function commonAssets(provider: Provider): Map<string, Asset> {
  const advice = `Start in the app: its Continue with ${provider} button leads here.`
  return new Map([
    ["/", { headers: htmlHeaders, body: messagePage(provider, "Nothing to do here", advice) }],
    [
      STYLESHEET_PATH,
      {
        headers: { "Content-Type": "text/css" },
        body: readFileSync(new URL("./stand-in.css", import.meta.url), "utf8"),
      },
    ],
    [ICON_PATH, imageAsset(iconImage)],
  ])
}

export function imageAsset(body: string): Asset {
  return {
    headers: {
      "Content-Type": "image/svg+xml",
      "Content-Security-Policy": "default-src 'none'",
      "Cross-Origin-Resource-Policy": "cross-origin",
    },
    body,
  }
}
