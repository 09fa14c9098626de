import { readdirSync } from "node:fs"
import path from "node:path"
import type { Handler } from "../http/route"
import { call } from "./requests"

/** One verb of one path: `GET`, `/api/v1/api-keys/{id}`. */
export type Operation = { method: string; path: string; handler: Handler }

// HEAD and OPTIONS only tell of the others.
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

/** What the API can do, found by reading app/. A method that answers 405 is not an operation. */
export async function apiOperations(): Promise<Operation[]> {
  const operations = await Promise.all(routeFiles().map(operationsOf))
  return operations.flat()
}

// Not app/metrics: it speaks Prometheus' text to operators, and is held to that by a test of its own.
const folders = ["app/.well-known", "app/api/v1", "app/healthz", "app/readyz"]
/** For people and their password managers. */
const notForPrograms = ["security.txt", "change-password"]

function routeFiles(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "route.ts")
      .filter((file) => !notForPrograms.includes(path.dirname(file)))
      .map((file) => path.join(folder, file)),
  )
}

async function operationsOf(file: string): Promise<Operation[]> {
  const handlers: Record<string, Handler> = await import(path.resolve(file))
  const folder = path.dirname(file).replaceAll(path.sep, "/")
  const url = folder.replace(/^app/, "").replaceAll(/\[(\w+)\]/g, "{$1}")
  const operations: Operation[] = []
  for (const method of methods) {
    const handler = handlers[method]
    if (handler && (await call(handler, { method })).status !== 405) {
      operations.push({ method, path: url, handler })
    }
  }
  return operations
}
