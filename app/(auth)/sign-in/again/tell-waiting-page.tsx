"use client"

import Link from "next/link"
import { useEffect } from "react"
import { SIGNED_IN_AGAIN } from "@/app/second-factors/signed-in-again"
import { Button } from "@/components/ui/button"

export function TellWaitingPage() {
  useEffect(() => {
    const channel = new BroadcastChannel(SIGNED_IN_AGAIN)
    channel.postMessage("done")
    channel.close()
    window.close()
  }, [])
  return (
    <Button asChild variant="outline">
      <Link href="/dashboard">Dashboard</Link>
    </Button>
  )
}
