import { PRODUCT_NAME } from "@/lib/product"
import { cn } from "./cn"

/** A key standing up: its bow above, its bit making the foot of an L. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={cn("size-6 fill-none stroke-2 stroke-brand", className)}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <rect width="24" height="24" rx="6" className="fill-[oklch(0.225_0.008_70)] stroke-none" />
      <circle cx="9.5" cy="7.25" r="2.9" />
      <path d="M9.5 10.15v8.6h6.25M9.5 14.6h3.6" />
    </svg>
  )
}

export function Logo({ className }: { className?: string }) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-2 font-semibold text-[1.0625rem] tracking-tight",
        className,
      )}
    >
      <LogoMark />
      {PRODUCT_NAME}
    </span>
  )
}
