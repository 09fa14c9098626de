/** Path and query of the page being rendered; set, and overwritten, by proxy.ts. */
export const PATH_HEADER = "x-latchkey-path"
