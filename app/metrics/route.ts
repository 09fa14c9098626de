import { resource, route } from "@/lib/http/route"
import { METRICS_TYPE, metricsText } from "@/lib/metrics/metrics"
import { requireMetricsReader } from "@/lib/metrics/metrics-access"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, async ({ request }) => {
    requireMetricsReader(request.headers)
    return new Response(await metricsText(), { headers: { "content-type": METRICS_TYPE } })
  }),
})
