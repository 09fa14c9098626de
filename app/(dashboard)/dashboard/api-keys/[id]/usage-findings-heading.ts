/** Where the focus goes when a finding was answered, and its buttons are gone. */
export const FINDINGS_HEADING = "findings-title"
