/**
 * How requests were answered, from the bottom of a bar up. Their colors differ in lightness too, for those who see
 * fewer hues, and what was refused is hatched.
 */
export const usageKinds = [
  {
    field: "succeeded",
    label: "Succeeded",
    text: "text-chart-succeeded",
    isHatched: false,
  },
  { field: "clientErrors", label: "Client errors", text: "text-chart-client-error", isHatched: false },
  { field: "serverErrors", label: "Server errors", text: "text-chart-server-error", isHatched: false },
  { field: "refused", label: "Refused", text: "text-chart-refused", isHatched: true },
] as const
