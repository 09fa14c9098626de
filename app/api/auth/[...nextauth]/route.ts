import { handleNextAuth } from "@/lib/auth/next-auth"
import { resource } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handleNextAuth,
  POST: handleNextAuth,
})
