import { describe, expect, test, vi } from "vitest"
import { BODY_BYTES_MAX, givenParameters, readJson, readParameters, uniqueParameters } from "./body"

function post(
  body: BodyInit | null,
  headers: Record<string, string> = { "content-type": "application/json" },
): Request {
  return new Request("http://localhost/x", { method: "POST", body, headers, duplex: "half" } as RequestInit)
}

const outcome = (reading: Promise<unknown>) =>
  reading.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

const codeOf = (request: Request) => outcome(readJson(request))

test("reads JSON, with and without a charset", async () => {
  expect(await readJson(post('{"a":1}'))).toEqual({ a: 1 })
  expect(await codeOf(post("{}", { "content-type": "application/json; charset=utf-8" }))).toBe("ok")
})

test("an empty body is undefined, whether JSON was announced or nothing; any other type is refused", async () => {
  expect(await readJson(new Request("http://localhost/x", { method: "POST" }))).toBeUndefined()
  expect(await readJson(post(""))).toBeUndefined()
  expect(await codeOf(post("", { "content-type": "text/plain" }))).toBe("unsupported_media_type")
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

  test("the same key twice, which two readers could read differently", async () => {
    expect(await codeOf(post('{"a":{"b":1,"\\u0062":2}}'))).toBe("bad_request")
  })

  test("a body that never ends coming", async () => {
    const deadline = AbortSignal.timeout(20)
    vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(deadline)
    const silent = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) })
    expect(await codeOf(post(silent))).toBe("request_timeout")
  })
})

describe("parameters", () => {
  const form = (text: BodyInit, type = "application/x-www-form-urlencoded") =>
    post(text, { "content-type": type })

  test("come as a form or as JSON, and none are none", async () => {
    expect(await readParameters(form("a=1&b=%2B+x%C3%A9&c"))).toEqual({ a: "1", b: "+ xé" })
    expect(await readParameters(form("a=1", "application/x-www-form-urlencoded; charset=UTF-8"))).toEqual({
      a: "1",
    })
    expect(await readParameters(post('{"a":"1"}'))).toEqual({ a: "1" })
    expect(await readParameters(new Request("http://localhost/x", { method: "POST" }))).toEqual({})
    expect(await readParameters(form(""))).toEqual({})
  })

  test.each(["a=1&a=1", "a=1&b=2&a=3", "a=1&%61=2"])(
    "are refused when one is given twice: %s",
    async (text) => {
      await expect(readParameters(form(text))).rejects.toMatchObject({
        code: "invalid_input",
        faults: [{ path: "a", message: "is given twice" }],
      })
    },
  )

  test("without a value count as left out, even beside one that has one", () => {
    expect(givenParameters(new URLSearchParams("a=&b&c=1&a=2&a="))).toEqual({ a: "2", c: "1" })
  })

  test("without a value count as left out of JSON, too, which may hold other things", async () => {
    expect(await readParameters(post('{"a":"","b":"1","c":{"d":""},"e":0}'))).toEqual({
      b: "1",
      c: { d: "" },
      e: 0,
    })
    for (const text of ["[]", '[""]', '""', "7"])
      expect(await readParameters(post(text))).toEqual(JSON.parse(text))
  })

  test("keep names that objects have of themselves", () => {
    const parameters = uniqueParameters(new URLSearchParams("__proto__=1&constructor=2&toString=3"))
    expect(Object.keys(parameters).sort()).toEqual(["__proto__", "constructor", "toString"])
  })

  test.each(["text/plain", "multipart/form-data", "application/x-www-form-urlencoded; charset=latin1"])(
    "are not read from %s",
    async (type) => {
      expect(await outcome(readParameters(form("a=1", type)))).toBe("unsupported_media_type")
    },
  )

  test("have the limits of every body", async () => {
    const type = "application/x-www-form-urlencoded"
    const compressed = post("a=1", { "content-type": type, "content-encoding": "gzip" })
    expect(await outcome(readParameters(compressed))).toBe("unsupported_media_type")
    expect(await outcome(readParameters(form(`a=${"b".repeat(BODY_BYTES_MAX)}`)))).toBe("payload_too_large")
    expect(await outcome(readParameters(form(new Uint8Array([0x61, 0x3d, 0xff]))))).toBe("bad_request")
  })
})
