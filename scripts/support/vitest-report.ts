import path from "node:path"
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node"
import type { Tally } from "./parts"
import { describeFailure, writeReport } from "./test-report"

export default class VitestReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const report = new Map(modules.map((module) => [fileOf(module.moduleId), tallyOfModule(module)]))
    for (const error of unhandledErrors) {
      const file = typeof error.VITEST_TEST_PATH === "string" ? fileOf(error.VITEST_TEST_PATH) : ""
      const tally = report.get(file) ?? { passed: 0, failures: [], repeated: [] }
      tally.failures.push(
        describeFailure(file ? `Outside of a test of ${file}` : "Outside of a test", [error]),
      )
      report.set(file, tally)
    }
    writeReport(Object.fromEntries(report))
  }
}

function tallyOfModule(module: TestModule): Tally {
  const tests = [...module.children.allTests()]
  // A hook or an import that fails stands in its group, not in a test.
  const groups = [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0)
  return {
    passed: tests.filter((test) => test.result().state === "passed").length,
    failures: [...tests.filter((test) => test.result().state === "failed"), ...groups].map(describe),
    repeated: [],
  }
}

function describe(task: TestCase | TestSuite | TestModule): string {
  if (task.type === "module") return describeFailure(fileOf(task.moduleId), task.errors())
  const errors = task.type === "test" ? (task.result().errors ?? []) : task.errors()
  return describeFailure(`${fileOf(task.module.moduleId)} > ${task.fullName}`, errors)
}

function fileOf(moduleId: string): string {
  return path.relative(process.cwd(), moduleId)
}
