import { heldLoginRoute } from "@/lib/auth/second-factor-endpoints"
import { resource } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ POST: heldLoginRoute })
