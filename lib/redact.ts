const secretShapes: [RegExp, string][] = [
  [/sk_[0-9A-Za-z]+_[0-9A-Za-z]{8,}/g, "sk_[redacted]"],
  [/\brt_[0-9A-Za-z_-]{16,}/g, "rt_[redacted]"],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, "[redacted jwt]"],
  [/\b(bearer|basic) [\w~+/.=-]{8,}/gi, "$1 [redacted]"],
  [/(postgres(?:ql)?:\/\/[^:@/\s"]*):[^@\s"]*@/g, "$1:[redacted]@"],
  [/((?:session|state|nonce|pkce|csrf)=)[^;,\s"\\]{8,}/g, "$1[redacted]"],
  [
    /([?&](?:code|state|token|access_token|id_token|refresh_token|api_key|client_secret|password)=)[^&\s"\\]+/g,
    "$1[redacted]",
  ],
]

/** Replaces what has the shape of a secret. The last net under a text that goes to a log: nothing should rely on it. */
export function redactSecrets(text: string): string {
  return secretShapes.reduce((redacted, [shape, replacement]) => redacted.replace(shape, replacement), text)
}
