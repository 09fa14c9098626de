import { requestSource } from "@/lib/http/request-context"
import { resource, route } from "@/lib/http/route"
import { readGithubReport, revokeMatches } from "@/lib/leaks/github-report"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  /** For GitHub, which signs what it sends instead of presenting a credential. */
  POST: route({ caller: "anyone", limit: "report" }, async ({ request }) => {
    const matches = await readGithubReport(request)
    const feedback = await revokeMatches(requestSource(request.headers), matches)
    return Response.json(feedback, { headers: { "cache-control": "no-store" } })
  }),
})
