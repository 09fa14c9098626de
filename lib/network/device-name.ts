import { clientNameOf } from "./client-name"

type Named = readonly [pattern: RegExp, name: string]

// The order matters: each browser also claims to be those below it.
const browsers: readonly Named[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\b(?:OPR|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/.*Safari\//, "Safari"],
]

const systems: readonly Named[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\b(?:Macintosh|Mac OS X)\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
]

/** "Firefox on Windows", or "okhttp on Android": by what it calls itself, without version. A hint, never a proof. */
export function deviceName(userAgent: string | null): string {
  const program = nameIn(browsers, userAgent) ?? clientNameOf(userAgent)
  const system = nameIn(systems, userAgent)
  if (!program) return "unknown"
  return system ? `${program} on ${system}` : program
}

function nameIn(list: readonly Named[], userAgent: string | null): string | undefined {
  return list.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1]
}
