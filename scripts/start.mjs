import { existsSync } from "node:fs"

if (!existsSync("dist/server.js") || !existsSync(".next/BUILD_ID")) {
  console.error("There is no production build yet: run `npm run build` first.")
  process.exit(1)
}

Object.assign(process.env, { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" })
process.setSourceMapsEnabled(true)
await import(new URL("../dist/server.js", import.meta.url).href)
