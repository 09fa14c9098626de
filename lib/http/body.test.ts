import { describe, expect, test } from "vitest"
import { BODY_BYTES_MAX, readJson } from "./body"

function post(
  body: BodyInit | null,
  headers: Record<string, string> = { "content-type": "application/json" },
): Request {
  return new Request("http://localhost/x", { method: "POST", body, headers, duplex: "half" } as RequestInit)
}

const codeOf = (request: Request) =>
  readJson(request).then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

test("reads JSON, with and without a charset", async () => {
  expect(await readJson(post('{"a":1}'))).toEqual({ a: 1 })
  expect(await codeOf(post("{}", { "content-type": "application/json; charset=utf-8" }))).toBe("ok")
})

test("no body at all is undefined, an announced one that is empty is not JSON", async () => {
  expect(await readJson(new Request("http://localhost/x", { method: "POST" }))).toBeUndefined()
  expect(await codeOf(post(""))).toBe("bad_request")
})

describe("refuses", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/jsonp",
  ])("%s", async (type) => {
    expect(await codeOf(post("{}", { "content-type": type }))).toBe("unsupported_media_type")
  })

  test("a compressed body before reading it", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" }
    expect(await codeOf(post("{}", headers))).toBe("unsupported_media_type")
  })

  test.each(["{", '{"a":}', "nul", '{"a":1}x'])("malformed %s", async (text) => {
    expect(await codeOf(post(text))).toBe("bad_request")
  })

  test("invalid UTF-8", async () => {
    expect(await codeOf(post(new Uint8Array([0x22, 0xff, 0x22])))).toBe("bad_request")
  })

  test("an announced size over the limit, and an endless stream that announces none", async () => {
    expect(await codeOf(post(`"${"a".repeat(BODY_BYTES_MAX)}"`))).toBe("payload_too_large")
    let pulled = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(16 * 1024))
      },
    })
    expect(await codeOf(post(endless))).toBe("payload_too_large")
    expect(pulled).toBeLessThan(10)
  })
})
