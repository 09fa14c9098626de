import { areDependenciesInstalled, installDependencies } from "./dependencies.mjs"
import { withLock } from "./lock.mjs"
import { generatePrismaClient, isPrismaClientCurrent } from "./prisma-client.mjs"
import { step } from "./progress.mjs"

export const setupLock = ".data/setup.lock"

/** Makes a fresh or just updated checkout ready to run. Two commands started at once do the work once. */
export async function prepareCheckout() {
  if (areDependenciesInstalled() && isPrismaClientCurrent()) return
  const onWait = () => console.log("  Waiting for the setup that another command has begun …")
  await withLock(setupLock, setUp, onWait)
}

async function setUp() {
  if (!areDependenciesInstalled()) await installDependencies()
  if (!isPrismaClientCurrent()) await step("Generating the database client", generatePrismaClient)
}
