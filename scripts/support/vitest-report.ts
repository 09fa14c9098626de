import path from "node:path"
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node"
import { describeFailure, writeReport } from "./test-report"

export class VitestReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    // A hook or an import that fails stands in its group, not in a test.
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()])
    writeReport({
      passed: tests.filter((test) => test.result().state === "passed").length,
      failures: [
        ...tests.filter((test) => test.result().state === "failed").map(describe),
        ...groups.filter((group) => group.errors().length > 0).map(describe),
        ...unhandledErrors.map((error) => describeFailure("Outside any test", [error])),
      ],
      repeated: tests.filter((test) => test.diagnostic()?.flaky).map(describe),
    })
  }
}

function describe(task: TestCase | TestSuite | TestModule): string {
  const module = task.type === "module" ? task : task.module
  const file = path.relative(process.cwd(), module.moduleId)
  const name = task.type === "module" ? file : `${file} > ${task.fullName}`
  return describeFailure(name, task.type === "test" ? (task.result().errors ?? []) : task.errors())
}
