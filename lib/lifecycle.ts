// Whether this process is going away. Shared between the listener's copy of this module and Next's.
const shared = globalThis as typeof globalThis & { latchkeyDraining?: boolean }

/** From here on /readyz says 503, so that a balancer stops sending requests before the listener closes. */
export function startDraining(): void {
  shared.latchkeyDraining = true
}

/** Whether startDraining() was called in this process. */
export function isDraining(): boolean {
  return shared.latchkeyDraining ?? false
}
