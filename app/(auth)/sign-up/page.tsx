import { Check } from "lucide-react"
import type { Metadata, Route } from "next"
import Link from "next/link"
import { redirect } from "next/navigation"
import { getUser } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { nextPathFrom } from "../next-path"
import { ProviderButtons, providerNames } from "../provider-buttons"

export const metadata: Metadata = { title: "Sign up" }

const whatYouGet = [
  "An organization of your own, with you as its owner",
  "API keys for your programs, and a record of who did what",
  "No password to choose, and none that can leak",
]

export default async function SignUpPage({ searchParams }: PageProps<"/sign-up">) {
  const next = nextPathFrom(await searchParams)
  if (await getUser()) redirect(safeRedirectPath(next, env().APP_URL) as Route)
  return (
    <AuthCard
      title="Create your account"
      lead={`Continue with ${providerNames()} and your account is ready. There is no form to fill in.`}
      footer={
        <>
          Have an account?{" "}
          <Link
            href={{ pathname: "/sign-in", query: next ? { next } : {} }}
            className="focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"
          >
            Sign in
          </Link>
        </>
      }
    >
      <ProviderButtons next={next} />
      <ul className="mt-6 grid gap-2.5 text-[0.8125rem] text-muted-foreground">
        {whatYouGet.map((item) => (
          <li key={item} className="flex gap-2.5">
            <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-brand-foreground" />
            {item}
          </li>
        ))}
      </ul>
    </AuthCard>
  )
}
