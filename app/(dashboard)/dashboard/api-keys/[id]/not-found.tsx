import { SearchX } from "lucide-react"
import Link from "next/link"
import { PageHeader } from "@/components/page-header"
import { Button } from "@/components/ui/button"
import { Empty } from "@/components/ui/empty"
import { PRODUCT_NAME } from "@/lib/product"

export default function KeyNotFound() {
  return (
    <>
      <title>{`No such key · ${PRODUCT_NAME}`}</title>
      <PageHeader title="No such key" />
      <Empty
        icon={<SearchX aria-hidden />}
        title="This organization has no key with that id"
        actions={
          <Button asChild variant="outline">
            <Link href="/dashboard/api-keys">All API keys</Link>
          </Button>
        }
      >
        Keys stay visible after they end, so the id is mistyped, or the key belongs to an organization you are
        not in.
      </Empty>
    </>
  )
}
