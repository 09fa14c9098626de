import type { SyntheticEvent } from "react"

/** For `onReset`: React resets a form after its action, which unticks boxes and lists whose state is our own. */
export function keepWhatWasTyped(event: SyntheticEvent): void {
  event.preventDefault()
}
