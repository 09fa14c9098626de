import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { deferredTasks } from "./defer"
import { minutes } from "./duration"
import { startDraining } from "./lifecycle"
import { every } from "./periodic"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.clearAllTimers()
  vi.useRealTimers()
})

describe("every", () => {
  test("begins no round while one is under way, which deferredTasks() waits for", async () => {
    let end = () => {}
    const task = vi.fn(() => new Promise<void>((resolve) => (end = resolve)))
    every("task", minutes(1), task)
    vi.advanceTimersByTime(minutes(3))
    expect(task).toHaveBeenCalledOnce()

    const over = vi.fn()
    const waiting = deferredTasks().then(over)
    await Promise.resolve()
    expect(over).not.toHaveBeenCalled()
    end()
    await waiting
    vi.advanceTimersByTime(minutes(1))
    expect(task).toHaveBeenCalledTimes(2)
    end()
  })

  test("goes on after a round that fails", async () => {
    const task = vi.fn(() => Promise.reject(new Error("not now")))
    every("task", minutes(1), task)
    vi.advanceTimersByTime(minutes(1))
    await deferredTasks()
    vi.advanceTimersByTime(minutes(1))
    expect(task).toHaveBeenCalledTimes(2)
  })

  test("replaces the task of that name, and begins nothing in a process that drains", () => {
    const [first, second, other] = [vi.fn(async () => {}), vi.fn(async () => {}), vi.fn(async () => {})]
    every("task", minutes(1), first)
    every("task", minutes(1), second)
    every("other", minutes(1), other)
    vi.advanceTimersByTime(minutes(1))
    expect([first, second, other].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])

    startDraining()
    vi.advanceTimersByTime(minutes(1))
    expect(second).toHaveBeenCalledOnce()
  })
})
