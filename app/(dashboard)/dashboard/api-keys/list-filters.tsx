"use client"

import { LoaderCircle, Search } from "lucide-react"
import { useRouter } from "next/navigation"
import { useEffect, useEffectEvent, useOptimistic, useState, useTransition } from "react"
import { cn } from "@/components/cn"
import { Input } from "@/components/ui/input"
import { NativeSelect } from "@/components/ui/native-select"
import { apiKeyStatuses } from "@/lib/api-keys/api-keys.schema"
import { type ListQuery, listHref } from "./list-query"

const sorts = {
  newest: "Newest first",
  oldest: "Oldest first",
  name: "By name",
  last_used: "Last used",
} as const
const PAUSE_MS = 250

/** Which keys the list shows. The address says it, so that it can be linked, reloaded and gone back to. */
export function ListFilters({ query }: { query: ListQuery }) {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const [wanted, setWanted] = useOptimistic(query)

  /** A changed list begins at its first page. */
  function show(part: Partial<ListQuery>) {
    const next = { ...wanted, ...part, cursor: undefined }
    startTransition(() => {
      setWanted(next)
      router.replace(listHref(next), { scroll: false })
    })
  }

  return (
    <search className="mb-3 grid grid-cols-2 gap-2 sm:flex">
      <SearchBox q={query.q ?? ""} isPending={isPending} onSearch={(q) => show({ q: q || undefined })} />
      <NativeSelect
        aria-label="Status"
        value={wanted.status ?? ""}
        onChange={({ target }) => show({ status: apiKeyStatuses.find((status) => status === target.value) })}
      >
        <option value="">Every status</option>
        {apiKeyStatuses.map((status) => (
          <option key={status} value={status}>
            {status.charAt(0).toUpperCase() + status.slice(1)}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        aria-label="Order"
        value={wanted.sort}
        onChange={({ target }) => show({ sort: target.value as ListQuery["sort"] })}
      >
        {Object.entries(sorts).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </NativeSelect>
    </search>
  )
}

type SearchBoxProps = { q: string; isPending: boolean; onSearch: (q: string) => void }

/** Searches when the typing pauses. The text in the box is the person's: an answer that comes late changes nothing. */
function SearchBox({ q, isPending, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(q)
  const [asked, setAsked] = useState(q)
  const [answered, setAnswered] = useState(q)
  const wanted = searchable(text)

  // The address changed by other means than this box, such as the way back.
  if (q !== answered && !isPending) {
    setAnswered(q)
    if (q !== asked) {
      setAsked(q)
      setText(q)
    }
  }

  const search = useEffectEvent(() => {
    setAsked(wanted)
    onSearch(wanted)
  })
  useEffect(() => {
    if (wanted === asked) return
    const timer = setTimeout(search, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [wanted, asked])

  const Icon = isPending ? LoaderCircle : Search
  return (
    <div className="relative col-span-2 sm:mr-auto sm:w-80">
      <Icon
        aria-hidden
        className={cn(
          "pointer-events-none absolute top-2.5 left-3 size-4 text-muted-foreground",
          isPending && "animate-spin",
        )}
      />
      <Input
        type="search"
        aria-label="Search keys"
        placeholder="Name, last four or id"
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="pl-9"
      />
    </div>
  )
}

/** Longer than any end of a key that people compare. */
const KEY_LENGTH_MIN = 20

/** A key that somebody pastes must not get into an address, which is kept in histories and logs: its end is enough. */
function searchable(text: string): string {
  const trimmed = text.trim()
  return trimmed.startsWith("sk_") && trimmed.length >= KEY_LENGTH_MIN ? trimmed.slice(-4) : trimmed
}
