/** Durations in milliseconds. The only place that multiplies by sixty. */
export const seconds = (count: number): number => count * 1000
export const minutes = (count: number): number => seconds(count * 60)
export const hours = (count: number): number => minutes(count * 60)
export const days = (count: number): number => hours(count * 24)

/** The instant `duration` milliseconds after `start`; before it when negative. */
export function addDuration(start: Date, duration: number): Date {
  return new Date(start.getTime() + duration)
}

/** The latest whole multiple of `span` that is not after `instant`: its minute, hour or day of UTC. */
export function floorTo(instant: Date, span: number): Date {
  return new Date(Math.floor(instant.getTime() / span) * span)
}
