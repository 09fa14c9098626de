import { handleSignOut } from "@/lib/auth/sign-out"
import { resource } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ POST: handleSignOut })
