import { describe, expect, it } from "vitest"
import { deviceName, isHandheld, programDeviceName } from "./device-name"

const iPhoneSafari =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
const windowsEdge =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
const linuxFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
const androidChrome =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
const macSafari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15"

describe("deviceName", () => {
  it.each([
    [iPhoneSafari, "Safari on iPhone"],
    [windowsEdge, "Edge on Windows"],
    [linuxFirefox, "Firefox on Linux"],
    [androidChrome, "Chrome on Android"],
    [macSafari, "Safari on macOS"],
    ["curl/8.11.0", "curl"],
    ["Something (Windows NT 10.0)", "A browser on Windows"],
    ["gibberish", "An unknown browser"],
    ["", "An unknown browser"],
    [null, "An unknown browser"],
  ])("reads %s as %s", (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name)
  })
})

describe("programDeviceName", () => {
  it.each([
    [linuxFirefox, "Firefox on Linux"],
    ["curl/8.11.0", "curl"],
    ["okhttp/4.12.0", "okhttp"],
    ["latchkey-cli/1.2 (linux; x64)", "latchkey-cli"],
    ["latchkey-cli/1.4.0 (Linux)", "latchkey-cli on Linux"],
    ["<script>", "Unknown device"],
    ["", "Unknown device"],
    [null, "Unknown device"],
  ])("reads %s as %s", (userAgent, name) => {
    expect(programDeviceName(userAgent)).toBe(name)
  })
})

describe("isHandheld", () => {
  it("knows phones from desks", () => {
    expect([iPhoneSafari, androidChrome].every(isHandheld)).toBe(true)
    expect([windowsEdge, linuxFirefox, macSafari, null].some(isHandheld)).toBe(false)
  })
})
