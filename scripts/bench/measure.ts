import { Agent, request } from "node:http"
import { seconds } from "@/lib/duration"

export type Scenario = {
  name: string
  /** One call by one of the callers that take turns at the same time, 0 to CALLERS - 1. Throws for a wrong answer. */
  call: (caller: number) => Promise<void>
}

/** How many calls are under way at any moment. */
export const CALLERS = 8

const LASTS = seconds(0.9)

/** Calls per millisecond, with every caller calling again as soon as it is answered. */
export async function measure({ call }: Scenario): Promise<number> {
  const startedAt = performance.now()
  let calls = 0
  const repeat = async (caller: number) => {
    while (performance.now() - startedAt < LASTS) {
      await call(caller)
      calls += 1
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => repeat(caller)))
  return calls / (performance.now() - startedAt)
}

const agent = new Agent({ keepAlive: true, maxSockets: CALLERS })

type Message = { method?: string; headers?: Record<string, string>; body?: string }

/** A request at as little cost to ourselves as Node has: fetch() would take a good part of the machine. */
export function send(url: string, { method = "GET", headers = {}, body }: Message = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method, headers }, (response) => {
      let text = ""
      response.setEncoding("utf8")
      response.on("data", (chunk) => {
        text += chunk
      })
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`))
      })
    })
    call.on("error", reject).end(body)
  })
}
