// A process holds several copies of a module: the listener (server.ts) is bundled apart from Next, whose bundles do not
// all share theirs, and `next dev` evaluates a module again when it changes. What must be one thing for all of them is
// kept here. What each copy may have for itself, such as a cache, stays a plain variable.

const shared = globalThis as typeof globalThis & { latchkey?: Map<string, unknown> }
shared.latchkey ??= new Map()

/** What is kept, by name: for tests, which play several processes. */
export const processWideValues = shared.latchkey

/** The one value of this name in the process. Who asks first has it made; where `make` throws, the next one tries again. */
export function processWide<T>(name: string, make: () => T): T {
  if (!processWideValues.has(name)) processWideValues.set(name, make())
  return processWideValues.get(name) as T
}
