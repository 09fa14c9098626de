import path from "node:path"
import { type BuildOptions, build, type Plugin, stop } from "esbuild"

/** Bundles server.ts, the listener around Next. */
export function bundleServer(outfile: string): Promise<void> {
  // Modules of Next that server.ts reaches expect this to have been imported before any of them.
  const banner = { js: `import "next/dist/server/node-environment-baseline.js"` }
  return bundle("server.ts", outfile, { banner })
}

/** Bundles this repository's own code into one file that plain Node runs; packages stay in node_modules. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [likeNext],
    alias: { "@": path.resolve(".") },
    conditions: ["react-server"],
    sourcemap: true,
    logLevel: "silent",
    ...options,
  })
  await stop()
}

/** What a bundler for Next does by itself and plain Node does not. */
const likeNext: Plugin = {
  name: "like-next",
  setup(esbuild) {
    // Next has no `exports` map, so Node wants the file's full name: `next/server.js`.
    esbuild.onResolve({ filter: /^next\/[a-z]+$/ }, ({ path }) => ({ path: `${path}.js`, external: true }))
    // This is the server, so the guard has nothing to say; as an external package it would throw.
    esbuild.onResolve({ filter: /^server-only$/ }, ({ path }) => ({ path, namespace: "empty" }))
    esbuild.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }))
  },
}
