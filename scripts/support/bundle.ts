import path from "node:path"
import { type BuildOptions, build, stop } from "esbuild"

/** Bundles this repository's own code into one file; packages stay in node_modules. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build(bundleOptions(entry, outfile))
  await stop()
}

export function bundleOptions(entry: string, outfile: string): BuildOptions {
  return {
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    alias: { "@": path.resolve(".") },
    conditions: ["react-server"],
    sourcemap: true,
    logLevel: "silent",
  }
}
