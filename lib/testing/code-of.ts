/** How a call of a verb ended: "ok", or the code of what it threw. */
export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "ok",
    (error: { code?: string }) => error.code ?? String(error),
  )
}
