// Preloaded into the app's server when a script started it: the channel closes when that script is gone, and a
// script that was killed could not stop the server itself.

process.on("disconnect", () => process.kill(process.pid, "SIGTERM"))
process.channel?.unref()
