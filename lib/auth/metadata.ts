import { env } from "../env"
import { PRODUCT_NAME } from "../product"
import { permissions } from "./permissions"

/** What a client needs to know of us, spelled as RFC 8414 section 2 has it. */
export function authorizationServerMetadata() {
  const issuer = env().APP_URL
  const api = `${issuer}/api/v1/auth`
  return {
    issuer,
    authorization_endpoint: `${api}/google/login`,
    token_endpoint: `${api}/token`,
    revocation_endpoint: `${api}/revoke`,
    introspection_endpoint: `${api}/introspect`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    scopes_supported: permissions,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
    revocation_endpoint_auth_methods_supported: ["none"],
    introspection_endpoint_auth_methods_supported: ["Bearer"],
    authorization_response_iss_parameter_supported: true,
    service_documentation: `${issuer}/api/v1/openapi.json`,
  }
}

/** What a client needs to know of the API that our access tokens are for (RFC 9728 section 2). */
export function protectedResourceMetadata() {
  const resource = env().APP_URL
  return {
    resource,
    resource_name: PRODUCT_NAME,
    authorization_servers: [resource],
    jwks_uri: `${resource}/.well-known/jwks.json`,
    scopes_supported: permissions,
    bearer_methods_supported: ["header"],
    resource_documentation: `${resource}/api/v1/openapi.json`,
  }
}
