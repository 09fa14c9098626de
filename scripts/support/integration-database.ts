import { inject } from "vitest"
import { recreateDatabase, requireLocalDatabase } from "./database"

// Before each test file: its own empty database. Files that run at the same time are in different workers.

const server = inject("postgresUrl")
const template = inject("templateDatabase")
requireLocalDatabase(server)

process.env.DATABASE_URL = await recreateDatabase(
  {
    url(database, role) {
      const url = new URL(server)
      url.pathname = database
      if (role) url.username = role
      return url.href
    },
  },
  template.replace("template", `worker_${process.env.VITEST_POOL_ID}`),
  template,
)
