import { LogIn, RectangleEllipsis } from "lucide-react"
import { Timestamp } from "@/components/timestamp"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { SignInMethods as Methods, ProviderMethod } from "@/lib/auth/sign-in-methods"
import { CredentialRow } from "./credential-row"
import { LinkButton } from "./link-button"
import { PasswordDialog } from "./password-dialog"
import { RemoveCredential } from "./remove-credential"
import { removePasswordAction, unlinkAccountAction } from "./sign-in-method-actions"

type SignInMethodsProps = { methods: Methods; email: string; now: Date }

/** What the person signs in with, and how to add and remove it. */
export function SignInMethods({ methods: { providers, password }, email, now }: SignInMethodsProps) {
  const hasChoice = providers.length + (password ? 1 : 0) > 1
  return (
    <Card id="sign-in-methods" aria-labelledby="sign-in-methods-title" tabIndex={-1} className="outline-none">
      <CardHeader>
        <CardTitle id="sign-in-methods-title">Sign-in methods</CardTitle>
        <CardDescription>
          {hasChoice
            ? "Any of these signs you in. One is enough; a second keeps you from being locked out."
            : "What signs you in."}
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
    <CredentialRow
      icon={<LogIn aria-hidden />}
      title={name}
      state={
        linked ? (
          <span className="wrap-anywhere">
            {linked.email ? `${linked.email}, linked ` : "Linked "}
            <Timestamp date={linked.createdAt} now={now} />
          </span>
        ) : (
          "Not linked. Link it to sign in with it as well."
        )
      }
      action={
        linked ? (
          <RemoveCredential
            name={name}
            verb="Unlink"
            consequence="It will no longer sign you in, and your other sign-ins with it end. We’ll e-mail you about it."
            fields={{ provider: id }}
            action={unlinkAccountAction}
          />
        ) : (
          <LinkButton provider={id} name={name} />
        )
      }
    />
  )
}

function PasswordRow({ changedAt, email, now }: { changedAt: Date | null; email: string; now: Date }) {
  return (
    <CredentialRow
      id="password"
      icon={<RectangleEllipsis aria-hidden />}
      title="Password"
      state={
        changedAt ? (
          <>
            Changed <Timestamp date={changedAt} now={now} />
          </>
        ) : (
          "None yet. Add one to sign in with your e-mail address."
        )
      }
      action={
        <>
          <PasswordDialog hasPassword={changedAt !== null} email={email} />
          {changedAt ? (
            <RemoveCredential
              name="Password"
              verb="Remove"
              consequence="It will no longer sign you in, and you are signed out everywhere else. We’ll e-mail you about it."
              fields={{}}
              action={removePasswordAction}
            />
          ) : null}
        </>
      }
    />
  )
}
