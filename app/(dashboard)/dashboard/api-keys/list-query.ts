import type { Route } from "next"
import { type ListApiKeysInput, listApiKeysSchema } from "@/lib/api-keys/api-keys.schema"
import { cursorFrom } from "../cursor-from"

/** What the address of the list says: which keys are shown, in which order. */
export type ListQuery = Pick<ListApiKeysInput, "q" | "status" | "sort" | "cursor">

type SearchParams = Record<string, string | string[] | undefined>

/** Anybody can write an address: what means nothing counts as left out. */
export function listQueryFrom(searchParams: SearchParams): ListQuery {
  const { q, status, sort } = listApiKeysSchema.shape
  return {
    q: q.safeParse(searchParams.q).data,
    status: status.safeParse(searchParams.status).data,
    sort: sort.safeParse(searchParams.sort).data ?? "newest",
    cursor: cursorFrom(searchParams),
  }
}

/** What differs from the plain list, as the address spells it. */
export function listParams({ q, status, sort, cursor }: ListQuery): Record<string, string> {
  return {
    ...(q ? { q } : {}),
    ...(status ? { status } : {}),
    ...(sort === "newest" ? {} : { sort }),
    ...(cursor ? { cursor } : {}),
  }
}

/** The address that listQueryFrom() reads back. */
export function listHref(query: ListQuery): Route {
  const params = new URLSearchParams(listParams(query)).toString()
  return params ? `/dashboard/api-keys?${params}` : "/dashboard/api-keys"
}
