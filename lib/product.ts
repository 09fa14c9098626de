/** The product's name wherever people read it: pages, mails, authenticator apps, the API's description. */
export const PRODUCT_NAME = "Latchkey"
