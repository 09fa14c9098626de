/** What has made React's reader run code, tell source text, or go round in circles, as parts of a form. */
export function hostileForms(canary: string, action: string): Record<string, string>[] {
  const code = `fetch("${canary}/ran");`
  const chunk = {
    ...{ status: "resolved_model", reason: -1, value: '{"then":"$B1337"}' },
    _response: { _prefix: code, _chunks: "$Q2", _formData: { get: "$1:constructor:constructor" } },
  }
  const many = (part: string, count: number) => `[${Array(count).fill(`"${part}"`).join(",")}]`
  return [
    { 0: thenable("$1:__proto__:then", chunk), 1: '"$@0"', 2: "[]" },
    { 0: thenable("$1:then:constructor", chunk), 1: '"$@0"', 2: "[]" },
    { 0: '["$1:constructor:constructor"]', 1: JSON.stringify(code) },
    { 0: '["$1:__proto__:__proto__:constructor:constructor"]', 1: "{}" },
    // The source text of actions.
    { 0: '["$F1","$K2"]', 1: JSON.stringify({ id: action, bound: null }), _2_x: "1" },
    { 0: '["$F1"]', 1: JSON.stringify({ id: `${action}#toString`, bound: "$@1" }) },
    { 0: '["$F1"]', 1: JSON.stringify({ id: "fs#readFileSync", bound: "$@2" }), 2: '["/etc/passwd"]' },
    // Circles.
    { 0: '"$@0"' },
    { 0: '"$0"' },
    { 0: '{"then":"$@0"}' },
    { 0: '"$1"', 1: '"$0"' },
    { 0: '["$@1"]', 1: '{"then":"$@0"}' },
    { 0: '"$Q0"' },
    { 0: '"$W1"', 1: '["$W1"]' },
    { 0: '"$i1"', 1: '"$i0"' },
    { 0: '["$F1"]', 1: JSON.stringify({ id: action, bound: "$@1" }) },
    // Small text, much work.
    { 0: many("$Q1", 8000), 1: many("$W2", 1000), 2: many("$1", 100) },
    { 0: `["$1${":a".repeat(20_000)}"]`, 1: '{"a":"$1"}' },
    { 0: `["$n${"9".repeat(60_000)}"]` },
    { 0: many("$K1", 9000) },
    { 0: many("$F1", 9000), 1: JSON.stringify({ id: action, bound: "$@2" }), 2: many("$F1", 500) },
    { 0: `${"[".repeat(30_000)}${"]".repeat(30_000)}` },
    { 0: '["$R1","$r2","$X3","$x4"]' },
    { 0: '["$A1","$O2","$V3","$B4"]' },
    Object.fromEntries(Array.from({ length: 900 }, (_, index) => [index, `"$@${(index + 1) % 900}"`])),
  ]
}

function thenable(then: string, rest: object): string {
  return JSON.stringify(rest).replace("{", `{"then":"${then}",`)
}
