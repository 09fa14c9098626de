import { curlCommand } from "@/components/curl-command"

/** A first call in the languages of most programs. Nothing has to be installed for one. */
export function callSamples(appUrl: string, apiKey: string) {
  return [
    { id: "curl", label: "curl", code: curlCommand(appUrl, apiKey) },
    { id: "typescript", label: "TypeScript", code: typescriptCall(appUrl, apiKey) },
    { id: "python", label: "Python", code: pythonCall(appUrl, apiKey) },
  ] as const
}

function typescriptCall(appUrl: string, apiKey: string): string {
  return `const response = await fetch("${appUrl}/api/v1/me", {
  headers: { Authorization: "Bearer ${apiKey}" },
})
console.log(await response.json())`
}

function pythonCall(appUrl: string, apiKey: string): string {
  return `import json
from urllib.request import Request, urlopen

request = Request(
    "${appUrl}/api/v1/me",
    headers={"Authorization": "Bearer ${apiKey}"},
)
print(json.load(urlopen(request)))`
}
