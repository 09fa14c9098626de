import { z } from "zod"
import { id } from "../input"

export const sessionIdSchema = z.object({ id: id() })
