import { BadgeCheck, Cookie, KeyRound, RefreshCw, ScrollText, Terminal } from "lucide-react"

const features = [
  {
    icon: BadgeCheck,
    title: "Google and GitHub, verified",
    text: "Of Google's ID token the signature, issuer, audience and nonce are checked; GitHub is the second way in. With both the address must be verified, and people are known by the provider's id for them, never by an e-mail address.",
  },
  {
    icon: Terminal,
    title: "Programs sign in too",
    text: "Your SPA, phone app and command line, by authorization code with PKCE. Access tokens are JWTs for one hour. Refresh tokens survive a lost answer, and one that is used again later ends the sign-in.",
  },
  {
    icon: Cookie,
    title: "Sessions that can end",
    text: "Each browser and each program is a row in your database. Its tokens are stored as hashes. You see where you are signed in, and can sign out one place or all the others.",
  },
  {
    icon: KeyRound,
    title: "API keys, shown once",
    text: "A key carries 256 random bits and appears once, when it is made. After that there is only its hash, its last four characters, when it was last used and a way to revoke it.",
  },
  {
    icon: RefreshCw,
    title: "Signing keys that rotate",
    text: "By themselves: published before they sign, kept until their last token has expired, sealed in the database. One that leaked is withdrawn everywhere within seconds.",
  },
  {
    icon: ScrollText,
    title: "An audit log that stays",
    text: "Who did what, when and from where, written in the same transaction as the change. The database refuses to alter or delete a line of it.",
  },
]

export function Features() {
  return (
    <section aria-labelledby="features" className="mt-24">
      <h2 id="features" className="font-semibold text-2xl tracking-tight">
        What is in it today
      </h2>
      <ul className="mt-8 grid gap-px overflow-hidden rounded-xl border bg-border sm:grid-cols-2">
        {features.map(({ icon: Icon, title, text }) => (
          <li key={title} className="bg-card p-6 sm:p-7">
            <Icon aria-hidden className="size-5 text-brand-foreground" strokeWidth={1.75} />
            <h3 className="mt-4 font-semibold tracking-tight">{title}</h3>
            <p className="mt-1.5 text-muted-foreground text-sm leading-6">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
