import type { Reporter, Suite, TestCase, TestError } from "@playwright/test/reporter"
import { describeFailure, writeReport } from "./test-report"

export default class PlaywrightReport implements Reporter {
  private tests: TestCase[] = []
  private errors: TestError[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests()
  }

  onError(error: TestError): void {
    this.errors.push(error)
  }

  onEnd(): void {
    const ended = (outcome: ReturnType<TestCase["outcome"]>) =>
      this.tests.filter((test) => test.outcome() === outcome)
    writeReport({
      "": {
        passed: ended("expected").length + ended("flaky").length,
        failures: [
          ...ended("unexpected").map(describe),
          ...this.errors.map((error) => describeFailure("Outside of a test", [error])),
        ],
        repeated: ended("flaky").map(describe),
      },
    })
  }
}

function describe(test: TestCase): string {
  const name = test.titlePath().filter(Boolean).join(" > ")
  return describeFailure(name, test.results.find((result) => result.errors.length > 0)?.errors ?? [])
}
