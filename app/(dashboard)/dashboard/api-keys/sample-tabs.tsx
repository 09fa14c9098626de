"use client"

import { CopyableCode } from "@/components/code-block"
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs"
import { callSamples } from "./call-samples"

/** The same first call in several languages, each to take away. */
export function SampleTabs({ appUrl, apiKey }: { appUrl: string; apiKey: string }) {
  return (
    <Tabs defaultValue="curl" className="grid min-w-0 gap-2 text-left">
      <TabsList aria-label="Language">
        {callSamples(appUrl, apiKey).map(({ id, label }) => (
          <TabsTrigger key={id} value={id}>
            {label}
          </TabsTrigger>
        ))}
      </TabsList>
      {callSamples(appUrl, apiKey).map(({ id, label, code }) => (
        <TabsContent key={id} value={id}>
          <CopyableCode label={label} code={code} />
        </TabsContent>
      ))}
    </Tabs>
  )
}
