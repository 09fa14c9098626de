"use client"

import { KeyRound, Smartphone } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button"
import { PasskeySetup } from "./passkey-setup"
import { RecoveryCodes } from "./recovery-codes"
import { TotpSetup } from "./totp-setup"

type AddFactorProps = {
  suggestedName: string
  /** What comes after it was added, and the recovery codes were seen. */
  onFinished: () => void
  finishLabel: string
}

/** Adds the first factor: choose which, make it, keep the recovery codes. */
export function AddFactor({ suggestedName, onFinished, finishLabel }: AddFactorProps) {
  const [kind, setKind] = useState<"passkey" | "totp" | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)

  function added(recoveryCodes: string[] | null) {
    if (recoveryCodes) setCodes(recoveryCodes)
    else onFinished()
  }

  if (codes)
    return (
      <div className="grid gap-5">
        <RecoveryCodes codes={codes} />
        <Button onClick={onFinished}>{finishLabel}</Button>
      </div>
    )
  if (kind === "passkey") return <PasskeySetup suggestedName={suggestedName} onAdded={added} />
  if (kind === "totp") return <TotpSetup onAdded={added} />
  return (
    <div className="grid gap-3">
      <Choice
        icon={<KeyRound aria-hidden />}
        title="Passkey"
        text="Your fingerprint, face or screen lock, or a security key. Cannot be phished."
        onChoose={() => setKind("passkey")}
      />
      <Choice
        icon={<Smartphone aria-hidden />}
        title="Authenticator app"
        text="A six-digit code from an app on your phone."
        onChoose={() => setKind("totp")}
      />
    </div>
  )
}

type ChoiceProps = { icon: ReactNode; title: string; text: string; onChoose: () => void }

function Choice({ icon, title, text, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="focus-ring flex items-start gap-3 rounded-lg border border-input bg-card px-4 py-3.5 text-left shadow-xs hover:bg-muted/60 [&>svg]:mt-0.5 [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-muted-foreground"
    >
      {icon}
      <span className="grid gap-0.5">
        <span className="font-medium text-sm">{title}</span>
        <span className="text-[0.8125rem] text-muted-foreground">{text}</span>
      </span>
    </button>
  )
}
