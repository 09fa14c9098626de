import { LogIn, RectangleEllipsis } from "lucide-react"
import { Timestamp } from "@/components/timestamp"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { ProviderMethod, SignInMethods as Ways } from "@/lib/auth/sign-in-methods"
import { FactorRow } from "./factor-row"
import { LinkButton } from "./link-button"
import { PasswordDialog } from "./password-dialog"
import { RemoveFactor } from "./remove-factor"
import { removePasswordAction, unlinkAccountAction } from "./sign-in-method-actions"

type SignInMethodsProps = { methods: Ways; email: string; now: Date }

/** By what the person signs in, and how to add and remove it. */
export function SignInMethods({ methods: { providers, password }, email, now }: SignInMethodsProps) {
  return (
    <Card id="sign-in-methods" aria-labelledby="sign-in-methods-title">
      <CardHeader>
        <CardTitle id="sign-in-methods-title">Ways to sign in</CardTitle>
        <CardDescription>
          Each of them opens your account. One is enough; a second one keeps you in when you lose the first.
        </CardDescription>
      </CardHeader>
      <ul className="mt-4 divide-y border-t">
        {providers.map((provider) => (
          <ProviderRow key={provider.id} provider={provider} now={now} />
        ))}
        {password ? <PasswordRow changedAt={password.changedAt} email={email} now={now} /> : null}
      </ul>
    </Card>
  )
}

function ProviderRow({ provider: { id, name, linked }, now }: { provider: ProviderMethod; now: Date }) {
  return (
    <FactorRow
      icon={<LogIn aria-hidden />}
      title={name}
      state={linked ? null : "Not linked. The account you choose there signs you in here, too."}
      action={
        linked ? (
          <RemoveFactor
            name={name}
            verb="Unlink"
            consequence={`It does not sign you in any more, and your other sign-ins that came by it end. You get a mail about it.`}
            fields={{ provider: id }}
            action={unlinkAccountAction}
          />
        ) : (
          <LinkButton provider={id} name={name} />
        )
      }
    >
      {linked ? (
        <p className="mt-0.5 text-[0.8125rem] text-muted-foreground wrap-anywhere">
          {linked.email ? `${linked.email}, linked ` : "Linked "}
          <Timestamp date={linked.createdAt} now={now} />
        </p>
      ) : null}
    </FactorRow>
  )
}

function PasswordRow({ changedAt, email, now }: { changedAt: Date | null; email: string; now: Date }) {
  return (
    <FactorRow
      id="password"
      icon={<RectangleEllipsis aria-hidden />}
      title="Password"
      state={changedAt ? null : "None. With one, your address and it sign you in."}
      action={
        <>
          <PasswordDialog hasPassword={changedAt !== null} email={email} />
          {changedAt ? (
            <RemoveFactor
              name="Password"
              verb="Remove"
              consequence="It does not sign you in any more, and your other sign-ins end. You get a mail about it."
              fields={{}}
              action={removePasswordAction}
            />
          ) : null}
        </>
      }
    >
      {changedAt ? (
        <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">
          Changed <Timestamp date={changedAt} now={now} />
        </p>
      ) : null}
    </FactorRow>
  )
}
