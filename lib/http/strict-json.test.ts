import fc from "fast-check"
import { expect, test } from "vitest"
import { parseJson } from "./strict-json"

test.each([
  '{"a":1,"a":2}',
  '{"a":1,"b":2,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"\\"":1,"\\u0022":2}',
  '{"":1,"":2}',
  '{"a":{"b":1,"b":2}}',
  '{"a":{"x":{}},"a":0}',
  '[{"a":1,"a":2}]',
  '{"a":[{"b":[{"c":1,"c":2}]}]}',
  '{"a":"x","b":{"a":1},"a":2}',
  '{"__proto__":1,"__proto__":2}',
  '{ "a" : 1 ,\n"a"\t: 2 }',
  '{"a":"\\\\","a":1}',
])("refuses the same key twice: %s", (text) => {
  expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "bad_request" }))
})

test.each([
  '{"a":1,"b":2}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":[{"b":1},{"b":2}],"b":3}',
  '{"a":"a","b":"a"}',
  '{"a":"{\\"a\\":1,\\"a\\":2}"}',
  '{"a":"\\",\\"a\\":","b":"a\\":"}',
  '{"a":"}","b":"{","c":"[","d":"]","e":":"}',
  '{"a":["a","a"],"A":["b:","b:"]}',
  '{"a":"\\\\","b":"\\\\\\""}',
  '{"a":1,"\\\\u0061":2}',
  '"a"',
  "[]",
  "null",
])("reads as JSON.parse does: %s", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

test("reads whatever JSON.stringify writes", () => {
  const text = fc.json({ stringUnit: fc.constantFrom(...'"\\{}[]:,a\n\u2028\u{1f511}') })
  fc.assert(
    fc.property(text, (json) => {
      expect(parseJson(json)).toEqual(JSON.parse(json))
    }),
  )
})

test("refuses what is not JSON, however far it goes well", () => {
  for (const text of ["", "{", '{"a":1,"a":', '{"a":1}}', "{'a':1}", '{"a":1,}', "[".repeat(30_000)]) {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "bad_request" }))
  }
})

test("is not slowed down by a hostile text", () => {
  const texts = [
    "[".repeat(30_000) + "]".repeat(30_000),
    `"${"\\\\".repeat(30_000)}"`,
    `["${'","'.repeat(20_000)}"]`,
  ]
  const started = performance.now()
  for (const text of texts) parseJson(text)
  expect(performance.now() - started).toBeLessThan(3000)
})
