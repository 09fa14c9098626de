/** A document for everybody, on every origin, that caches may keep for so long. It holds nothing secret. */
export function publicJson(document: object, maxAgeSeconds: number): Response {
  return Response.json(document, {
    headers: {
      "cache-control": `public, max-age=${maxAgeSeconds}`,
      "access-control-allow-origin": "*",
    },
  })
}
