import { formatDateTime, formatRelative } from "./format-time"

/** `now` comes from the server's render, so that server and browser write the same words. */
export function Timestamp({ date, now, className }: { date: Date; now: Date; className?: string }) {
  return (
    <time dateTime={date.toISOString()} title={formatDateTime(date)} className={className}>
      {formatRelative(date, now)}
    </time>
  )
}
