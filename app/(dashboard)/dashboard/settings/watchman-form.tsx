import type { WatchmanMode } from "@/prisma/generated/enums"
import { setWatchmanModeAction } from "./actions"
import { ChoiceForm } from "./choice-form"

const choices = [
  {
    value: "notify",
    label: "Tell us",
    text: "The key goes on until one of you has looked. Nothing stops by mistake.",
  },
  {
    value: "suspend",
    label: "Suspend the key, and tell us",
    text: "When several signs at once point to a theft, the key stops at once. Resume it with one click if it was you.",
  },
] as const

/** What the watchman does about a key that looks stolen. */
export function WatchmanForm({ mode, mayChange }: { mode: WatchmanMode; mayChange: boolean }) {
  return (
    <ChoiceForm
      id="watchman"
      name="mode"
      title="When a key looks stolen"
      description="The use of each key is compared with its own past: new countries and networks, sudden volume, bursts of errors. Owners and admins get a mail of what is unusual, and answer it on the key’s page."
      choices={choices}
      saved={mode}
      mayChange={mayChange}
      action={setWatchmanModeAction}
    />
  )
}
