import type { Metadata } from "next"
import { CopyButton } from "@/components/copy-button"
import { PageHeader } from "@/components/page-header"
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { countMembersWithoutFactor } from "@/lib/organizations/second-factor-policy"
import { getWatchmanMode } from "@/lib/watchman/watchman-mode"
import { OrganizationNameForm } from "./organization-name-form"
import { SecondFactorPolicyForm } from "./second-factor-policy-form"
import { WatchmanForm } from "./watchman-form"

export const metadata: Metadata = { title: "Settings" }

export default async function SettingsPage() {
  const caller = await requireUser()
  const { id, name } = caller.organization
  return (
    <>
      <PageHeader
        title="Settings"
        description="What this organization is called, what it asks of its people, and how its keys are watched."
      />
      <div className="grid grid-cols-1 gap-6">
        <OrganizationNameForm name={name} mayRename={can(caller, "organization:write")} />
        <Card>
          <CardHeader>
            <CardTitle>Organization id</CardTitle>
            <CardDescription>
              It never changes, and stands in every API key of this organization.
            </CardDescription>
          </CardHeader>
          <CardContent className="flex items-start gap-2 pt-4">
            <code className="wrap-anywhere min-w-0 max-w-sm flex-1 select-all rounded-md border border-input bg-muted px-3 py-1.5 font-mono text-sm leading-5.5 shadow-xs">
              {id}
            </code>
            <CopyButton value={id} size="md" />
          </CardContent>
        </Card>
        <SecondFactorPolicyForm
          policy={caller.proof.policy}
          without={await countMembersWithoutFactor(caller)}
          mayChange={can(caller, "organization:write")}
        />
        <WatchmanForm mode={await getWatchmanMode(caller)} mayChange={can(caller, "organization:write")} />
      </div>
    </>
  )
}
