import { Siren } from "lucide-react"
import Link from "next/link"
import { Alert } from "@/components/ui/alert"

/** Says that keys are used in unusual ways, and leads to each. */
export function FindingsAlarm({ keys }: { keys: { id: string; name: string; findings: number }[] }) {
  if (keys.length === 0) return null
  return (
    <Alert variant="warning">
      <Siren aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">Unusual use of {keys.length === 1 ? "a key" : `${keys.length} keys`}</p>
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          {keys.map(({ id, name, findings }) => (
            <li key={id} className="min-w-0">
              <Link
                href={`/dashboard/api-keys/${id}`}
                className="focus-ring wrap-anywhere rounded-sm underline underline-offset-4"
              >
                {name}
              </Link>
              {findings > 1 ? ` (${findings})` : null}
            </li>
          ))}
        </ul>
      </div>
    </Alert>
  )
}
