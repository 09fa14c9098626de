import { expect, test } from "vitest"
import { failedFiles, tallyOf, withRepeated } from "./test-report"

const passed = { passed: 3, failures: [], repeated: [] }
const failed = { passed: 1, failures: ["a.test.ts > one", "a.test.ts > two"], repeated: [] }

test("files that pass when run again count as passed, and what failed before is named", () => {
  const report = withRepeated({ "a.test.ts": failed, "b.test.ts": passed }, { "a.test.ts": passed })
  expect(tallyOf(report)).toEqual({ passed: 6, failures: [], repeated: failed.failures })
})

test("files that fail again are failed", () => {
  const first = { "a.test.ts": failed, "b.test.ts": passed }
  expect(failedFiles(first)).toEqual(["a.test.ts"])
  const report = withRepeated(first, { "a.test.ts": failed })
  expect(tallyOf(report)).toEqual({ passed: 4, failures: failed.failures, repeated: [] })
})
