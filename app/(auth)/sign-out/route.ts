import { handleSignOut } from "@/lib/auth/sign-out"

export const POST = handleSignOut
