import { log } from "../log"

// Tests provoke errors all the time; what they assert on is the answer, not the log.
log.level = "silent"
