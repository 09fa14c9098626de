import { resource, route } from "@/lib/http/route"

/** Where password managers send people who want to change how they sign in (W3C, change-password-url). */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route(
    { caller: "anyone" },
    () => new Response(null, { status: 303, headers: { location: "/dashboard/security#password" } }),
  ),
})
