const silentMs = 500
const heartbeatMs = 15_000

/**
 * Runs the task; says what is going on only when it takes long enough to make somebody wonder.
 * @template T
 * @param {string} label
 * @param {() => T | Promise<T>} task
 * @returns {Promise<T>}
 */
export async function step(label, task) {
  const begun = Date.now()
  const announce = setTimeout(() => console.log(`  ${label} …`), silentMs)
  const heartbeat = setInterval(() => {
    console.log(`  ${label} … ${Math.round((Date.now() - begun) / 1000)} s`)
  }, heartbeatMs)
  try {
    return await task()
  } finally {
    clearTimeout(announce)
    clearInterval(heartbeat)
  }
}
