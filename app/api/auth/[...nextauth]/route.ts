import { handleNextAuth } from "@/lib/auth/next-auth"

export const GET = handleNextAuth
export const POST = handleNextAuth
