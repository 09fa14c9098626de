/** "1,234" up to a million, then "1.2 M". */
export function formatCount(count: number): string {
  if (count >= 1_000_000) return `${(count / 1_000_000).toFixed(1)} M`
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",")
}

/** "98.5 %"; a little is never none, nor nearly all everything. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "–"
  const percent = (part / whole) * 100
  if (part > 0 && percent < 0.1) return "< 0.1 %"
  if (part < whole && percent > 99.9) return "> 99.9 %"
  return `${Number(percent.toFixed(1))} %`
}
