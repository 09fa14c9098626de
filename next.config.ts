import type { NextConfig } from "next"
import { securityHeaders } from "./lib/http/security-headers"

// Our own listener sets them on every response; this is for a platform that brings its own.
const headers = Object.entries(securityHeaders).map(([key, value]) => ({ key, value }))

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  // Elsewhere it covers "Sign out".
  devIndicators: { position: "bottom-right" },
  images: { unoptimized: true },
  experimental: {
    proxyClientMaxBodySize: "64kb",
    serverActions: { bodySizeLimit: "64kb" },
    // What one start of `npm run dev` keeps makes every page of the next one reload for ever ("HMR hash mismatch").
    turbopackFileSystemCacheForDev: false,
  },
  headers: async () => [{ source: "/:path*", headers }],
}

export default config
