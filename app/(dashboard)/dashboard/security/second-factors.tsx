"use client"

import { KeyRound, LifeBuoy, Plus, Smartphone } from "lucide-react"
import { useActionState, useState } from "react"
import {
  regenerateRecoveryCodesAction,
  removePasskeyAction,
  removeTotpAction,
} from "@/app/second-factors/actions"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { SecondFactors as Factors } from "@/lib/auth/factor-enrolment"
import { CredentialRow } from "./credential-row"
import { FactorDialog, type FactorTask } from "./factor-dialog"
import { RemoveCredential } from "./remove-credential"
import { RenamePasskey } from "./rename-passkey"

const REMOVED = "It can no longer be used to sign in or to confirm changes. We’ll e-mail you about it."

type SecondFactorsProps = { factors: Factors; now: Date; suggestedName: string }

/** What the person has beside their first factor, and how to add and remove it. */
export function SecondFactors({ factors, now, suggestedName }: SecondFactorsProps) {
  const { totp, passkeys, recoveryCodesLeft } = factors
  const [task, setTask] = useState<FactorTask | null>(null)
  const withStepUp = useStepUp()
  const [regenerated, regenerate] = useActionState(
    afterSuccess(withStepUp(regenerateRecoveryCodesAction), (recoveryCodes) => setTask({ recoveryCodes })),
    null,
  )
  const hasAny = totp !== null || passkeys.length > 0

  return (
    <Card aria-labelledby="second-factors" tabIndex={-1} className="outline-none">
      <CardHeader>
        <CardTitle id="second-factors">Second factors</CardTitle>
        <CardDescription>
          {hasAny
            ? "Asked for when you sign in, and before sensitive changes."
            : "Protect your account with more than one proof. Once you have one, nobody can change keys or members in your name without it."}
        </CardDescription>
      </CardHeader>
      <ul className="mt-4 divide-y border-t">
        <CredentialRow
          icon={<KeyRound aria-hidden />}
          title="Passkeys"
          state={passkeys.length === 0 ? "None yet. The safest choice: they cannot be phished." : null}
          action={
            <Button variant="outline" size="sm" onClick={() => setTask("passkey")}>
              <Plus aria-hidden />
              Add passkey
            </Button>
          }
        >
          {passkeys.length > 0 ? (
            <ul className="mt-3 grid gap-3">
              {passkeys.map(({ id, name, backedUp, createdAt, lastUsedAt }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2">
                  <div className="min-w-0 flex-1 text-sm">
                    <p className="flex flex-wrap items-center gap-2">
                      <span className="wrap-anywhere">{name}</span>
                      {backedUp ? <Badge variant="outline">Synced</Badge> : null}
                    </p>
                    <p className="text-[0.8125rem] text-muted-foreground">
                      Added <Timestamp date={createdAt} now={now} />
                      {lastUsedAt ? (
                        <>
                          , used <Timestamp date={lastUsedAt} now={now} />
                        </>
                      ) : null}
                    </p>
                  </div>
                  <div className="flex">
                    <RenamePasskey id={id} name={name} />
                    <RemoveCredential
                      name={name}
                      consequence={REMOVED}
                      fields={{ id }}
                      action={removePasskeyAction}
                    />
                  </div>
                </li>
              ))}
            </ul>
          ) : null}
        </CredentialRow>
        <CredentialRow
          icon={<Smartphone aria-hidden />}
          title="Authenticator app"
          state={
            totp ? (
              <span className="flex flex-wrap items-center gap-2">
                <span>
                  Added <Timestamp date={totp.confirmedAt} now={now} />
                </span>
                {totp.disabledAt ? (
                  <Badge variant="destructive">Switched off after too many wrong codes</Badge>
                ) : null}
              </span>
            ) : (
              "Six-digit codes from an app on your phone."
            )
          }
          action={
            <>
              <Button variant="outline" size="sm" onClick={() => setTask(totp ? "totp replacement" : "totp")}>
                {totp ? "Replace" : "Add app"}
              </Button>
              {totp ? (
                <RemoveCredential
                  name="Authenticator app"
                  consequence={REMOVED}
                  fields={{}}
                  action={removeTotpAction}
                />
              ) : null}
            </>
          }
        />
        {hasAny ? (
          <CredentialRow
            icon={<LifeBuoy aria-hidden />}
            title="Recovery codes"
            state={
              recoveryCodesLeft === 0
                ? "None left. Generate new codes, or losing your devices locks you out for days."
                : `${recoveryCodesLeft} of 10 left.`
            }
            action={
              <form action={regenerate}>
                <SubmitButton variant="outline" size="sm">
                  Generate new codes
                </SubmitButton>
              </form>
            }
          >
            <FormError result={regenerated} />
          </CredentialRow>
        ) : null}
      </ul>
      <FactorDialog task={task} suggestedName={suggestedName} onClose={() => setTask(null)} />
    </Card>
  )
}
