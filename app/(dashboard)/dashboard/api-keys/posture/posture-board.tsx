"use client"

import { ShieldCheck } from "lucide-react"
import { useRef, useState } from "react"
import { Empty } from "@/components/ui/empty"
import type { Posture } from "@/lib/api-keys/posture"
import { postureFaults } from "./posture-faults"
import { PostureGroup } from "./posture-group"

type PostureBoardProps = { posture: Posture; defaultRateLimit: number; mayWrite: boolean; now: Date }

/** A card for each fault that some key has. What was mended is told above them, for its card may be gone. */
export function PostureBoard({ posture, defaultRateLimit, ...common }: PostureBoardProps) {
  const [notice, setNotice] = useState("")
  const status = useRef<HTMLParagraphElement>(null)
  const faults = postureFaults(defaultRateLimit).filter(({ group }) => posture[group].length > 0)
  return (
    <>
      <p
        ref={status}
        role="status"
        tabIndex={-1}
        className="text-sm text-success outline-none not-empty:mb-4"
      >
        {notice}
      </p>
      {faults.length === 0 ? (
        <Empty icon={<ShieldCheck aria-hidden />} title="Every key is held tight">
          Each active key expires, has a limit of its own, is in use, and may do no more than it does.
        </Empty>
      ) : (
        <div className="grid grid-cols-1 gap-6">
          {faults.map((fault) => (
            <PostureGroup
              key={fault.group}
              fault={fault}
              keys={posture[fault.group]}
              onDone={setNotice}
              returnFocusTo={() => status.current?.focus()}
              {...common}
            />
          ))}
        </div>
      )}
    </>
  )
}
