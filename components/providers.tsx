"use client"

import { setNonce } from "get-nonce"
import { ThemeProvider } from "next-themes"
import { type ReactNode, useEffect } from "react"

/** `nonce` lets the theme script run under the Content-Security-Policy of this response. */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  useScrollLockNonce()
  return (
    <ThemeProvider attribute="class" defaultTheme="system" nonce={nonce}>
      {children}
    </ThemeProvider>
  )
}

// Radix locks scrolling behind a dialog with a <style>, which needs the nonce the document was loaded with.
// It is read from the document because after a refresh the prop belongs to a later response.
function useScrollLockNonce() {
  useEffect(() => {
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce
    if (nonce) setNonce(nonce)
  }, [])
}
