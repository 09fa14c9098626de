import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { EnvError, parseEnv } from "./env"

const production = {
  NODE_ENV: "production",
  APP_URL: "https://app.example.com",
  DATABASE_URL: "postgresql://app@db.example.com/app",
  AUTH_SECRET: "Zx8mQ2vL0pW4nR7tK1yB5cD9fG3hJ6sA",
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, "0123456789abcdef").toString("base64"),
  AUTH_GOOGLE_ID: "id.apps.googleusercontent.com",
  AUTH_GOOGLE_SECRET: "client-secret",
}

function faultsOf(variables: Record<string, string | undefined>): string[] {
  try {
    parseEnv(variables)
    return []
  } catch (error) {
    return (error as EnvError).faults
  }
}

describe("in production", () => {
  test("accepts a sound environment and fills in the defaults", () => {
    expect(parseEnv(production)).toMatchObject({
      PORT: 3000,
      TRUSTED_PROXY_HOPS: 0,
      AUTH_GOOGLE_ISSUER: "https://accounts.google.com",
      SESSION_MAX_SECONDS: 2_592_000,
    })
  })

  test("lists every missing variable at once", () => {
    const faults = faultsOf({ NODE_ENV: "production" })
    for (const name of Object.keys(production).filter((name) => name !== "NODE_ENV")) {
      expect(faults.some((fault) => fault.startsWith(`${name}: is required`))).toBe(true)
    }
  })

  test("has no passwords unless it is told to, and then only with mail", () => {
    expect(parseEnv(production).AUTH_PASSWORDS).toBe(false)
    expect(faultsOf({ ...production, AUTH_PASSWORDS: "1" })).toEqual([
      "AUTH_PASSWORDS: needs SMTP_URL: an address is verified, and a password replaced, by mail",
    ])
    const mail = { SMTP_URL: "smtps://mail.example.com", MAIL_FROM: "app@example.com" }
    expect(parseEnv({ ...production, ...mail, AUTH_PASSWORDS: "1" }).AUTH_PASSWORDS).toBe(true)
  })

  test("lists faults of different kinds together", () => {
    const faults = faultsOf({
      ...production,
      APP_URL: "http://app.example.com",
      AUTH_SECRET: "short",
      AUTH_GOOGLE_ISSUER: "https://login.example.com",
      SESSION_IDLE_SECONDS: "1",
    })
    expect(faults.map((fault) => fault.split(":")[0])).toEqual([
      "APP_URL",
      "AUTH_SECRET",
      "AUTH_SECRET",
      "AUTH_GOOGLE_ISSUER",
      "SESSION_IDLE_SECONDS",
    ])
  })

  test.each([
    ["APP_URL", "https://app.example.com/path"],
    ["APP_URL", "https://app.example.com/"],
    ["APP_URL", "app.example.com"],
    ["DATABASE_URL", "mysql://db/app"],
    ["DATABASE_URL", "postgresql://"],
    ["DATABASE_URL", "postgresql://db.example.com"],
    ["AUTH_GOOGLE_ID", "latchkey-local"],
    ["AUTH_SECRET", "a".repeat(64)],
    ["AUTH_SECRET", "abcdefghijklmnopqrstuvwxyz0123456789"],
    ["KEY_ENCRYPTION_KEY", Buffer.alloc(32).toString("base64")],
    ["AUTH_SECRET_PREVIOUS", production.AUTH_SECRET],
    ["KEY_ENCRYPTION_KEY", Buffer.alloc(16, "x").toString("base64")],
    ["KEY_ENCRYPTION_KEY", "not base64 at all, though of a good length!!"],
    ["AUTH_GOOGLE_ISSUER", "http://localhost:4400"],
    ["AUTH_GITHUB_ID", "without-its-secret"],
    ["AUTH_GITHUB_SECRET", "without-its-id"],
    ["TRUSTED_PROXY_HOPS", "-1"],
    ["TRUSTED_PROXY_HOPS", "many"],
    ["METRICS_TOKEN", "too-short"],
    ["METRICS_TOKEN", "with a space in it, so never sent"],
    ["SESSION_IDLE_SECONDS", "2592001"],
    ["SESSION_MAX_SECONDS", "60"],
    ["PORT", "http"],
    ["ALLOW_TEST_ISSUER", "yes"],
    ["LOG_LEVEL", "loud"],
    ["REDIS_URL", "http://redis.example.com"],
    ["REDIS_URL", "redis://"],
    ["RATE_LIMIT_DEFAULT_PER_MINUTE", "0"],
    ["RATE_LIMIT_DEFAULT_PER_MINUTE", "100001"],
    ["RATE_LIMIT_DEFAULT_PER_MINUTE", "6e2"],
    ["USAGE_RETENTION_DAYS", "0"],
    ["USAGE_RETENTION_DAYS", "401"],
    ["USAGE_RETENTION_DAYS", "1.5"],
    ["OPERATOR_ORGANIZATION_ID", "acme"],
    ["OPERATOR_ORGANIZATION_ID", "01K9ZQ7D3N5T8V0W2X4Y6Z8A1"],
    ["GITHUB_SECRET_SCANNING_KEYS_URL", "http://keys.example.com"],
    ["GITHUB_SECRET_SCANNING_KEYS_URL", "http://localhost:4400"],
    ["SMTP_URL", "https://mail.example.com"],
    ["SMTP_URL", "smtp://user:password@mail.example.com"],
    ["MAIL_FROM", "nobody"],
    ["MAIL_FROM", "a@b\nBcc: c@d"],
  ])("refuses %s=%s", (name, value) => {
    expect(faultsOf({ ...production, [name]: value }).join()).toContain(`${name}: `)
  })

  test("refuses an idle limit that is longer than the absolute one", () => {
    const faults = faultsOf({ ...production, SESSION_IDLE_SECONDS: "86400", SESSION_MAX_SECONDS: "7200" })
    expect(faults).toEqual(["SESSION_IDLE_SECONDS: must not be longer than SESSION_MAX_SECONDS"])
  })

  test("takes a test issuer only when asked to, and plain http only on loopback", () => {
    expect(
      faultsOf({ ...production, AUTH_GOOGLE_ISSUER: "http://localhost:4400", ALLOW_TEST_ISSUER: "1" }),
    ).toEqual([])
    expect(
      faultsOf({ ...production, AUTH_GOOGLE_ISSUER: "http://10.0.0.1", ALLOW_TEST_ISSUER: "1" }),
    ).toHaveLength(1)
    expect(faultsOf({ ...production, APP_URL: "http://localhost:3000" })).toEqual([])
  })

  test("takes both of GitHub's", () => {
    expect(faultsOf({ ...production, AUTH_GITHUB_ID: "id", AUTH_GITHUB_SECRET: "secret" })).toEqual([])
  })

  test("takes what keys, limits and mail need", () => {
    const variables = {
      ...{
        REDIS_URL: "rediss://user:password@redis.example.com:6380",
        RATE_LIMIT_DEFAULT_PER_MINUTE: "100000",
      },
      ...{ USAGE_RETENTION_DAYS: "400", OPERATOR_ORGANIZATION_ID: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" },
      ...{ SMTP_URL: "smtps://user:password@mail.example.com", MAIL_FROM: "Latchkey <no-reply@example.com>" },
    }
    expect(parseEnv({ ...production, ...variables })).toMatchObject({
      ...variables,
      RATE_LIMIT_DEFAULT_PER_MINUTE: 100_000,
      USAGE_RETENTION_DAYS: 400,
    })
    const defaults = { RATE_LIMIT_DEFAULT_PER_MINUTE: 600, USAGE_RETENTION_DAYS: 90, REDIS_URL: undefined }
    expect({ REDIS_URL: undefined, ...parseEnv(production) }).toMatchObject(defaults)
  })

  test("an empty variable counts as missing", () => {
    expect(faultsOf({ ...production, AUTH_SECRET: "" })[0]).toContain("AUTH_SECRET: is required")
  })

  test("never repeats a value, which may be a secret", () => {
    const faults = faultsOf({ ...production, AUTH_SECRET: "hunter2", KEY_ENCRYPTION_KEY: "hunter2" })
    expect(faults.length).toBeGreaterThan(1)
    expect(faults.join()).not.toContain("hunter2")
  })
})

test("dev and preview take any lifetime", () => {
  const loose = { ...production, LATCHKEY_PREVIEW: "1", SESSION_IDLE_SECONDS: "2", SESSION_MAX_SECONDS: "3" }
  expect(parseEnv(loose).SESSION_MAX_SECONDS).toBe(3)
})

test("EnvError names the file that explains", () => {
  expect(new EnvError(["A: b"]).message).toBe("The environment has faults; see .env.example.\n  - A: b")
})

test("every variable is explained in .env.example, but those that only our own scripts set", () => {
  const read = [...readFileSync("lib/env.ts", "utf8").matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(
    ([, name]) => name,
  )
  const explained = [...readFileSync(".env.example", "utf8").matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(
    ([, name]) => name,
  )
  expect(read).toContain("DATABASE_URL")
  expect(explained.toSorted()).toEqual(
    read.filter((name) => name !== "NODE_ENV" && name !== "LATCHKEY_PREVIEW").toSorted(),
  )
})
