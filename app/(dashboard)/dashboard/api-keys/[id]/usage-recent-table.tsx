"use client"

import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button"
import { Table, TableBody, TableHeader } from "@/components/ui/table"

const SHOWN_FIRST = 10

/** A few rows, and all of them once somebody asks. */
export function UsageRecentTable({ head, rows }: { head: ReactNode; rows: ReactNode[] }) {
  const [isWhole, setWhole] = useState(false)
  return (
    <>
      <Table>
        <TableHeader>{head}</TableHeader>
        <TableBody>{isWhole ? rows : rows.slice(0, SHOWN_FIRST)}</TableBody>
      </Table>
      {rows.length > SHOWN_FIRST ? (
        <Button
          variant="ghost"
          size="sm"
          className="mt-2"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Show fewer" : `Show the latest ${rows.length}`}
        </Button>
      ) : null}
    </>
  )
}
