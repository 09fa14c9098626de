import type { MemberView } from "@/lib/organizations/organizations"

export function memberName({ name, email }: MemberView): string {
  return name ?? email
}
