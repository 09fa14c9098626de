import { login } from "@/lib/auth/login-endpoints"
import { resource } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ GET: login }, { hasHead: false })
