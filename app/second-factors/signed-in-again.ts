/** Over which the window that signed in again tells the page that waits for it. */
export const SIGNED_IN_AGAIN = "latchkey-signed-in-again"
