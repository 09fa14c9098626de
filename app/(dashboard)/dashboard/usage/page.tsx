import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { UsageOverview } from "@/components/usage-overview"
import { usageQueryOf, usageRangeFrom } from "@/components/usage-range"
import { UsageRangeSwitch } from "@/components/usage-range-switch"
import { UsageRoutes } from "@/components/usage-routes"
import { requireUser } from "@/lib/auth/caller"
import { getOrganizationUsage } from "@/lib/usage/usage"
import { UsageKeys } from "./usage-keys"

export const metadata: Metadata = { title: "Usage" }

export default async function UsagePage({ searchParams }: PageProps<"/dashboard/usage">) {
  const caller = await requireUser()
  const range = usageRangeFrom((await searchParams).range)
  const usage = await getOrganizationUsage(caller, usageQueryOf(range, new Date()))
  return (
    <>
      <PageHeader title="Usage" description="What all API keys of this organization were used for." />
      <div className="grid grid-cols-1 gap-8">
        <UsageOverview usage={usage} actions={<UsageRangeSwitch path="/dashboard/usage" current={range} />} />
        <UsageKeys keys={usage.byKey} all={usage.totals.requests} />
        <UsageRoutes routes={usage.byRoute} />
      </div>
    </>
  )
}
