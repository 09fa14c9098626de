import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { setTimeout } from "node:timers/promises"
import next from "next"
import { openKeyRingAtStart } from "./lib/auth/key-ring"
import { db, openConnections } from "./lib/db"
import { deferredTasks } from "./lib/defer"
import { seconds } from "./lib/duration"
import { EnvError, env } from "./lib/env"
import { watchAnswer } from "./lib/http/answer"
import { admit, HEAD_BYTES_READ, homeOf, takeIn } from "./lib/http/intake"
import { problemResponse } from "./lib/http/problem"
import { currentRequestContext, runWithRequestContext } from "./lib/http/request-context"
import { answerUnreadable } from "./lib/http/unreadable"
import { runLastTasks, startDraining } from "./lib/lifecycle"
import { captureConsole, log } from "./lib/log"

// Owns the listener around Next. It knows three things that Next does not tell its handlers: the address of
// the socket, a request id no client chose, and when the process is about to go. The app runs without it on
// a platform that brings its own listener; it then takes the address from the headers of trusted proxies.

// With the delay before it and the last writes after it, within the 30 s that orchestrators wait.
const DRAIN_MAX = seconds(20)
const QUIET = seconds(0.3)
const LAST_TASKS_MAX = seconds(3)

await start().catch(stopWith)

async function start(): Promise<void> {
  const { NODE_ENV, HOST, PORT, APP_URL, LOG_LEVEL } = env()
  log.level = LOG_LEVEL
  const development = NODE_ENV === "development"
  if (!development) captureConsole()
  // Node looks for requests that take too long only this often.
  const server = createServer({ connectionsCheckingInterval: seconds(2), maxHeaderSize: HEAD_BYTES_READ })
  // Next answers WebSocket upgrades on the server it is given. Only development needs that; in production it is
  // a way past the router, so Next gets a server that nobody reaches.
  const httpServer = development ? server : createServer()
  const app = next({ dev: development, hostname: HOST, port: PORT, httpServer })
  await app.prepare()
  // In production Next runs instrumentation.ts beside the first requests; a wrong key must stop the start before them.
  await openKeyRingAtStart()
  await openConnections()
  const handle = app.getRequestHandler()

  server.headersTimeout = seconds(10)
  server.requestTimeout = seconds(15)
  server.keepAliveTimeout = seconds(65)
  server.on("clientError", answerUnreadable)
  server.on("request", (request, response) => {
    // What follows a body that nobody waited for can no longer be answered.
    if (request.socket.writableEnded) return
    countTraffic(response)
    const context = takeIn(request)
    watchAnswer(request, response, context)
    runWithRequestContext(context, () => answer(handle, request, response)).catch((error: unknown) => {
      log.error({ err: error, requestId: context.requestId }, "listener failed")
      response.destroy()
    })
  })
  server.on("error", (error) => stopWith(error))
  server.listen(PORT, HOST, () =>
    process.stdout.write(`${JSON.stringify({ msg: "listening", url: APP_URL })}\n`),
  )

  let stopping = false
  const stop = () => {
    if (!stopping) void drain(server, development ? 0 : DRAIN_MAX, () => app.close())
    stopping = true
  }
  process.on("SIGTERM", stop)
  process.on("SIGINT", stop)
}

type Handle = ReturnType<ReturnType<typeof next>["getRequestHandler"]>

/** Hands a request that is in order to Next, and refuses any other as the API does. */
async function answer(handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    admit(request)
  } catch (error) {
    const requestId = currentRequestContext()?.requestId ?? ""
    const refusal = problemResponse(error, { requestId })
    response.writeHead(refusal.status, Object.fromEntries(refusal.headers)).end(await refusal.text())
    return
  }
  const home = homeOf(request)
  if (home) response.writeHead(307, { location: home }).end()
  else await handle(request, response)
}

const traffic = { underWay: 0, lastStart: 0 }

function countTraffic(response: ServerResponse): void {
  traffic.underWay += 1
  traffic.lastStart = performance.now()
  response.on("close", () => {
    traffic.underWay -= 1
  })
}

/** Resolves once everybody is answered and nobody new has come for a moment, or after `most` milliseconds. */
async function quiet(most: number): Promise<void> {
  const deadline = performance.now() + most
  const isQuiet = () => traffic.underWay === 0 && performance.now() - traffic.lastStart > QUIET
  while (!isQuiet() && performance.now() < deadline) await setTimeout(50)
}

async function everybodyAnswered(): Promise<void> {
  while (traffic.underWay > 0) await setTimeout(20)
}

/**
 * Readiness off, a moment for the balancer to notice, then every request under way is finished before the exit.
 * The listener closes last: closing cuts connections whose request has not been read yet.
 */
async function drain(server: Server, most: number, closeNext: () => Promise<void>): Promise<void> {
  log.info("draining")
  startDraining()
  await setTimeout(seconds(env().SHUTDOWN_DELAY_SECONDS))
  await quiet(most)
  server.close()
  // What is answered on the last connections leaves something to write as well.
  const rest = Promise.all([everybodyAnswered(), deferredTasks(), closeNext()])
  await Promise.race([rest, setTimeout(seconds(3))])
  await Promise.race([runLastTasks(), setTimeout(LAST_TASKS_MAX)])
  await db().$disconnect()
  log.info("stopped")
  process.exit(0)
}

function stopWith(error: unknown): never {
  process.stderr.write(`${error instanceof EnvError ? error.message : (error as Error).stack}\n`)
  process.exit(1)
}
