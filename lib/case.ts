// Outside, fields are `snake_case`; inside, `camelCase`. Schemas are written as the outside spells them and
// end in `.transform(camelKeys)`; views leave through snakeKeys(). Only keys change, values never.

type Camel<Key> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail> & string>}`
  : Key
export type CamelKeys<T> = { [Key in keyof T as Camel<Key>]: T[Key] }

/** The same fields with the keys of one object in camelCase. */
export function camelKeys<T extends object>(value: T): CamelKeys<T> {
  return mapKeys(value, (key) =>
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ) as CamelKeys<T>
}

/** A view as it is sent: keys in snake_case at every depth; dates and scalars stay for JSON.stringify. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (typeof value !== "object" || value === null || value instanceof Date) return value
  const entries = Object.entries(
    mapKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  )
  return Object.fromEntries(entries.map(([key, inner]) => [key, snakeKeys(inner)]))
}

function mapKeys(value: object, rename: (key: string) => string): object {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), inner]))
}
