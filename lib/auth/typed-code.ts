/** A code without what people put between its characters when they copy it: spaces and hyphens. */
export function withoutGaps(code: string): string {
  return code.replace(/[\s-]/g, "")
}
