import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { seconds } from "../duration"

/** For how long what a client still sends is read and dropped. */
const LINGER = seconds(5)

/** Makes the connection of a request whose body nobody waited for end so that the client hears the answer. */
export function lingerAfter(request: IncomingMessage, { socket }: ServerResponse): void {
  if (!socket) return
  // This is how Node ends a connection after its last answer.
  socket.destroySoon = () => {
    endLingering(socket)
    // Whoever began to read the body has stopped.
    request.unpipe().removeAllListeners("readable").resume()
  }
}

/**
 * Ends a connection on which a client may still be sending, with these last bytes. A socket that is closed before all was
 * read is reset, and a reset takes the answer back that was just written: the client would learn of a broken pipe
 * where it should learn that its body is too large.
 */
export function endLingering(socket: Duplex, last?: string): void {
  if (socket.writableEnded) return
  socket.end(last)
  const timer = setTimeout(() => socket.destroy(), LINGER)
  socket.once("close", () => clearTimeout(timer))
}
