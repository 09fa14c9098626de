"use client"

import { CodeBlock } from "@/components/code-block"
import { CopyButton } from "@/components/copy-button"
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
          <CodeBlock
            label={label}
            actions={
              <CopyButton
                value={code}
                variant="ghost"
                className="text-code-muted hover:bg-white/10 hover:text-code-foreground"
              />
            }
          >
            {code}
          </CodeBlock>
        </TabsContent>
      ))}
    </Tabs>
  )
}
