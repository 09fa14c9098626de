import { readFileSync } from "node:fs"
import path from "node:path"
import { type BuildOptions, build, context, type Plugin, stop } from "esbuild"

/** Bundles server.ts, the listener around Next. */
export function bundleServer(outfile: string): Promise<void> {
  return bundle("server.ts", outfile, serverOptions)
}

/**
 * Bundles server.ts again whenever it or something it imports is edited, and calls back when that changed the
 * bundle. While the code does not compile nothing happens: Next says what is wrong with it.
 */
export async function watchServer(outfile: string, onChange: () => void): Promise<void> {
  let last = readFileSync(outfile, "utf8")
  const announce: Plugin = {
    name: "announce",
    setup(esbuild) {
      esbuild.onEnd(({ errors }) => {
        const bundled = errors.length === 0 ? readFileSync(outfile, "utf8") : last
        if (bundled !== last) onChange()
        last = bundled
      })
    },
  }
  const options = bundleOptions("server.ts", outfile, serverOptions)
  const watched = await context({ ...options, plugins: [likeNext, announce] })
  await watched.watch()
}

/** Bundles this repository's own code into one file that plain Node runs; packages stay in node_modules. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<void> {
  await build(bundleOptions(entry, outfile, options))
  await stop()
}

// Modules of Next that server.ts reaches expect this to have been imported before any of them.
const serverOptions: BuildOptions = {
  banner: { js: `import "next/dist/server/node-environment-baseline.js"` },
}

function bundleOptions(entry: string, outfile: string, options: BuildOptions): BuildOptions {
  return {
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
  }
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
