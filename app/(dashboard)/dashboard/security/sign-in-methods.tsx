import { LogIn, RectangleEllipsis } from "lucide-react"
import { Timestamp } from "@/components/timestamp"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { SignInMethods as Methods, ProviderMethod } from "@/lib/auth/sign-in-methods"
import { CredentialRow } from "./credential-row"
import { LinkButton } from "./link-button"
import { PasswordDialog } from "./password-dialog"
import { RemoveCredential } from "./remove-credential"
import { removePasswordAction, unlinkAccountAction } from "./sign-in-method-actions"

/** Said in place of a button that would only be refused. */
const onlyMethod = ". Your only way to sign in."

type SignInMethodsProps = { methods: Methods; email: string; now: Date }

/** What the person signs in with, and how to add and remove it. */
export function SignInMethods({ methods: { providers, password }, email, now }: SignInMethodsProps) {
  const hasChoice = providers.length + (password ? 1 : 0) > 1
  const isOnly = providers.filter(({ linked }) => linked).length + (password?.changedAt ? 1 : 0) === 1
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
          <ProviderRow key={provider.id} provider={provider} isOnly={isOnly} now={now} />
        ))}
        {password ? (
          <PasswordRow changedAt={password.changedAt} isOnly={isOnly} email={email} now={now} />
        ) : null}
      </ul>
    </Card>
  )
}

type ProviderRowProps = { provider: ProviderMethod; isOnly: boolean; now: Date }

function ProviderRow({ provider, isOnly, now }: ProviderRowProps) {
  const { name, linked } = provider
  return (
    <CredentialRow
      icon={<LogIn aria-hidden />}
      title={name}
      state={
        linked ? (
          <span className="wrap-anywhere">
            {linked.email ? `${linked.email}, linked ` : "Linked "}
            <Timestamp date={linked.createdAt} now={now} />
            {isOnly ? onlyMethod : null}
          </span>
        ) : (
          "Not linked. Link it to sign in with it as well."
        )
      }
      action={<ProviderAction provider={provider} isOnly={isOnly} />}
    />
  )
}

function ProviderAction({ provider: { id, name, linked }, isOnly }: Omit<ProviderRowProps, "now">) {
  if (!linked) return <LinkButton provider={id} name={name} />
  if (isOnly) return null
  return (
    <RemoveCredential
      name={name}
      verb="Unlink"
      consequence="It will no longer sign you in, and your other sign-ins with it end. We’ll e-mail you about it."
      fields={{ provider: id }}
      action={unlinkAccountAction}
    />
  )
}

type PasswordRowProps = { changedAt: Date | null; isOnly: boolean; email: string; now: Date }

function PasswordRow({ changedAt, isOnly, email, now }: PasswordRowProps) {
  return (
    <CredentialRow
      id="password"
      icon={<RectangleEllipsis aria-hidden />}
      title="Password"
      state={
        changedAt ? (
          <>
            Changed <Timestamp date={changedAt} now={now} />
            {isOnly ? onlyMethod : null}
          </>
        ) : (
          "None yet. Add one to sign in with your e-mail address."
        )
      }
      action={
        <>
          <PasswordDialog hasPassword={changedAt !== null} email={email} />
          {changedAt && !isOnly ? (
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
