/** Path and query of the page being rendered; set, and overwritten, by proxy.ts. */
export const PATH_HEADER = "x-latchkey-path"

/** Where a browser gives its second factor. */
export const secondFactorPage = "/sign-in/second-factor"

/** Where a person sees how they sign in. */
export const signInMethodsPath = "/dashboard/security#sign-in-methods"
