import { encode } from "uqr"

/** A QR code as the path of an SVG, in units of one module, with the quiet zone that scanners need. */
export function qrPicture(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: "M", border: 4 })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("")
  return { size, path }
}
