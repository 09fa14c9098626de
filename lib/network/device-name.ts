type Named = readonly [pattern: RegExp, name: string]

// The order matters: each browser also claims to be those below it.
const browsers: readonly Named[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\b(?:OPR|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/.*Safari\//, "Safari"],
  [/\bcurl\//, "curl"],
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

/** "Firefox on Windows", as far as the user agent says. People may claim anything there: a hint, never a proof. */
export function deviceName(userAgent: string | null): string {
  const browser = nameIn(browsers, userAgent)
  const system = nameIn(systems, userAgent)
  if (browser && system) return `${browser} on ${system}`
  return browser ?? (system ? `A browser on ${system}` : "An unknown browser")
}

/**
 * The same for a program, which may be no browser at all: then "okhttp on Android", by what it calls itself, or
 * `otherwise` when it says nothing.
 */
export function programDeviceName(userAgent: string | null, otherwise = "Unknown device"): string {
  if (nameIn(browsers, userAgent)) return deviceName(userAgent)
  const product = /^[A-Za-z][\w.-]{0,39}/.exec(userAgent ?? "")?.[0]
  const system = nameIn(systems, userAgent)
  if (product && system) return `${product} on ${system}`
  return product ?? system ?? otherwise
}

export function isHandheld(userAgent: string | null): boolean {
  return /\b(?:iPhone|Android.*Mobile)\b/.test(userAgent ?? "")
}

function nameIn(list: readonly Named[], userAgent: string | null): string | undefined {
  return list.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1]
}
