import { describe, expect, test } from "vitest"
import { addDuration, days, floorTo, hours, minutes } from "../duration"
import { type History, keyHistories } from "../testing/key-histories"
import { replay } from "../testing/key-replay"
import type { Sighting } from "../usage/sightings"
import { type Finding, findingsOf, type KeyActivity, type RuleName, severityRank } from "./rules"

const now = new Date("2026-03-18T12:00:30Z")
const ago = (duration: number) => addDuration(now, -duration)
const minute = (accepted: number, { age = 0, errors = 0, refused = 0 } = {}) => ({
  start: addDuration(new Date("2026-03-18T12:00:00Z"), -minutes(age)),
  accepted,
  errors,
  refused,
})
const sighting = (
  kind: Sighting["kind"],
  value: string,
  { age = days(30), requests = 500 } = {},
): Sighting => ({
  kind,
  value,
  firstSeenAt: ago(age),
  lastSeenAt: now,
  requests,
})
const known = [
  sighting("network", "203.0.113.0/24"),
  sighting("country", "DE"),
  sighting("client", "python-requests"),
]
const fresh = (kind: Sighting["kind"], value: string, requests = 5) =>
  sighting(kind, value, { age: minutes(5), requests })
const networks = (count: number, requests = 1) =>
  Array.from({ length: count }, (_, index) => fresh("network", `198.51.${index}.0/24`, requests))

/** A key with 100 requests in each hour of a month, and a quiet last hour. */
function activityWith(overrides: Partial<KeyActivity> = {}): KeyActivity {
  return {
    now,
    createdAt: ago(days(40)),
    hours: Array.from({ length: 600 }, (_, index) => ({
      start: addDuration(new Date("2026-03-17T11:00:00Z"), -hours(index)),
      accepted: 100,
      errors: 1,
    })),
    minutes: [minute(5)],
    daysOfUse: Array.from({ length: 31 }, (_, index) =>
      addDuration(new Date("2026-03-18T00:00:00Z"), -days(30 - index)),
    ),
    failing: [],
    sightings: known,
    ...overrides,
  }
}

const found = (rule: RuleName, overrides: Partial<KeyActivity>) =>
  findingsOf(activityWith(overrides)).find((finding) => finding.rule === rule)
const severityOf = (rule: RuleName, overrides: Partial<KeyActivity>) =>
  found(rule, overrides)?.severity ?? null

const young = { hours: [], daysOfUse: [new Date("2026-03-17T00:00:00Z")] }

test("nothing is unusual about a key that goes on as before", () => {
  expect(findingsOf(activityWith())).toEqual([])
})

describe("new_network", () => {
  test("is a notice, and a warning together with a new client", () => {
    const network = fresh("network", "198.51.100.0/24")
    expect(found("new_network", { sightings: [...known, network] })).toEqual({
      rule: "new_network",
      severity: "notice",
      headline: "It is used from a new network: 198.51.100.0/24.",
      evidence: { networks: ["198.51.100.0/24"], knownNetworks: 1, requests: 5 },
    })
    const sightings = [...known, network, fresh("client", "curl")]
    expect(severityOf("new_network", { sightings })).toBe("warning")
    const stray = [...known, fresh("network", "198.51.100.0/24", 2), fresh("client", "curl", 2)]
    expect(severityOf("new_network", { sightings: stray })).toBe("notice")
  })

  test("is new for an hour", () => {
    const seen = (age: number) => ({ sightings: [...known, sighting("network", "198.51.100.0/24", { age })] })
    expect(severityOf("new_network", seen(hours(1)))).toBe("notice")
    expect(severityOf("new_network", seen(hours(1) + 1))).toBeNull()
  })

  test("is left to new_country, and untold of a key that is new or hops all the time", () => {
    const network = fresh("network", "198.51.100.0/24")
    expect(severityOf("new_network", { sightings: [...known, network, fresh("country", "BR")] })).toBeNull()
    expect(severityOf("new_network", { sightings: [...known, network], ...young })).toBeNull()
    const hops = Array.from({ length: 28 }, (_, index) =>
      sighting("network", `198.51.${index}.0/24`, { age: days(index) + hours(2) }),
    )
    expect(severityOf("new_network", { sightings: [...known, ...hops, network] })).toBeNull()
  })
})

describe("new_country", () => {
  const brazil = [...known, fresh("network", "198.51.100.0/24"), fresh("country", "BR")]

  test("is a warning", () => {
    expect(found("new_country", { sightings: brazil })).toMatchObject({
      severity: "warning",
      headline: "It is used from Brazil for the first time.",
      evidence: { countries: ["BR"], knownCountries: ["DE"], networks: ["198.51.100.0/24"], requests: 5 },
    })
  })

  test("is critical where most of a surge comes from there, or of a burst of errors", () => {
    const most = [...known, fresh("network", "198.51.100.0/24", 400), fresh("country", "BR", 400)]
    expect(found("new_country", { sightings: most, minutes: [minute(500)] })).toMatchObject({
      severity: "critical",
      headline: "It is used from Brazil for the first time, far more than it is ever used.",
      suggestedLimitPerMinute: 10,
    })
    const probing = { sightings: most, minutes: [minute(399, { errors: 390 })] }
    expect(severityOf("new_country", probing)).toBe("critical")
  })

  test("is no more than a warning for one odd request in the middle of a surge", () => {
    expect(severityOf("new_country", { sightings: brazil, minutes: [minute(5000)] })).toBe("warning")
  })

  test("is a notice where the key is at home everywhere, and nothing while it learns", () => {
    const everywhere = ["US", "FR", "GB", "IN", "JP", "PL", "NL"].map((code) => sighting("country", code))
    expect(severityOf("new_country", { sightings: [...brazil, ...everywhere] })).toBe("notice")
    expect(severityOf("new_country", { sightings: [...brazil, ...everywhere.slice(1)] })).toBe("warning")
    expect(severityOf("new_country", { sightings: brazil, ...young })).toBeNull()
  })

  test("is nothing where addresses were not known before", () => {
    const sightings = [
      fresh("network", "198.51.100.0/24"),
      fresh("country", "BR"),
      sighting("client", "curl"),
    ]
    expect(severityOf("new_country", { sightings })).toBeNull()
  })
})

describe("new_client", () => {
  test("is a notice, however much it is used", () => {
    for (const requests of [1, 100_000]) {
      const sightings = [...known, fresh("client", "curl", requests)]
      expect(findingsOf(activityWith({ sightings }))).toMatchObject([
        { rule: "new_client", severity: "notice", headline: "It is used by a client it never had: curl." },
      ])
    }
  })

  test("is nothing for a key that has a new one each week", () => {
    const tried = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        sighting("client", `client-${index}`, { age: days(index + 1) }),
      )
    const withTried = (count: number) => ({ sightings: [...known, ...tried(count), fresh("client", "curl")] })
    expect(severityOf("new_client", withTried(3))).toBe("notice")
    expect(severityOf("new_client", withTried(4))).toBeNull()
  })
})

describe("volume", () => {
  test("begins at four times the busiest hour", () => {
    expect(severityOf("volume", { minutes: [minute(399)] })).toBeNull()
    expect(found("volume", { minutes: [minute(200), minute(200, { age: 50 })] })).toEqual({
      rule: "volume",
      severity: "warning",
      headline: "It is used 4 times as much as in its busiest hour.",
      evidence: { requests: 400, busiestHour: 100 },
      suggestedLimitPerMinute: 10,
    })
  })

  test("is nothing below two hundred requests", () => {
    const quiet = activityWith().hours.map((hour) => ({ ...hour, accepted: 1 }))
    expect(severityOf("volume", { hours: quiet, minutes: [minute(199)] })).toBeNull()
    expect(severityOf("volume", { hours: quiet, minutes: [minute(200)] })).toBe("warning")
  })

  test("is critical only where a new client on new networks makes most of it", () => {
    const strangers = [...known, fresh("network", "198.51.100.0/24", 1000), fresh("client", "curl", 1000)]
    expect(severityOf("volume", { minutes: [minute(1000)], sightings: strangers })).toBe("critical")
    expect(severityOf("volume", { minutes: [minute(2001)], sightings: strangers })).toBe("warning")
    for (const sign of strangers.slice(-2))
      expect(severityOf("volume", { minutes: [minute(1000)], sightings: [...known, sign] })).toBe("warning")
  })

  test("suggests a limit that the busiest hour of the past fits in ten minutes", () => {
    const busy = activityWith().hours.map((hour) => ({ ...hour, accepted: 5000 }))
    expect(found("volume", { hours: busy, minutes: [minute(90_000)] })?.suggestedLimitPerMinute).toBe(500)
  })
})

describe("error_burst", () => {
  const failing = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ operation: `GET /api/v1/${index}`, errors: 20 }))

  test("is a notice for one broken call, and a warning for a search", () => {
    const broken = [minute(100, { errors: 50 })]
    expect(severityOf("error_burst", { minutes: broken, failing: failing(2) })).toBe("notice")
    expect(found("error_burst", { minutes: broken, failing: failing(3) })).toMatchObject({
      severity: "warning",
      headline: "50 of 100 requests failed within a quarter of an hour.",
    })
    const guessing = { minutes: [minute(300, { errors: 300 })], failing: failing(1) }
    expect(severityOf("error_burst", guessing)).toBe("warning")
  })

  test.each([
    ["fewer than fifty", [minute(60, { errors: 49 })]],
    ["less than half", [minute(101, { errors: 50 })]],
    ["a quarter of an hour ago", [minute(100, { errors: 90, age: 16 })]],
  ])("is nothing: %s", (_, minutes) => {
    expect(severityOf("error_burst", { minutes, failing: failing(5) })).toBeNull()
  })

  test("is nothing for a key half of whose requests always fail", () => {
    const hours = activityWith().hours.map((hour) => ({ ...hour, errors: 50 }))
    expect(severityOf("error_burst", { hours, minutes: [minute(100, { errors: 90 })] })).toBeNull()
  })

  test("is a notice for any number of refusals", () => {
    expect(severityOf("error_burst", { minutes: [minute(5, { refused: 99 })] })).toBeNull()
    expect(severityOf("error_burst", { minutes: [minute(5, { refused: 1_000_000 })] })).toBe("notice")
  })
})

describe("dormant_wakes", () => {
  const usedUntil = (age: number) => ({
    hours: [],
    createdAt: ago(days(89)),
    daysOfUse: [...[2, 1, 0].map((day) => addDuration(now, -days(age + 1 + day))), now].map((time) =>
      floorTo(time, days(1)),
    ),
  })

  test("begins after thirty days", () => {
    expect(severityOf("dormant_wakes", usedUntil(29))).toBeNull()
    expect(found("dormant_wakes", usedUntil(30))).toMatchObject({
      severity: "notice",
      headline: "It is used again after 30 days.",
    })
  })

  test("is a warning from somewhere new, and critical only with a country, a client and a number of requests", () => {
    const strangers = (requests: number) => [
      ...known,
      fresh("network", "198.51.100.0/24", requests),
      fresh("country", "BR", requests),
      fresh("client", "curl", requests),
    ]
    const severityWith = (sightings: Sighting[]) =>
      severityOf("dormant_wakes", { ...usedUntil(40), sightings })
    expect(severityWith(strangers(20))).toBe("critical")
    expect(severityWith(strangers(19))).toBe("warning")
    expect(severityWith(strangers(20).slice(0, -1))).toBe("warning")
  })

  test("is nothing for a monthly job, nor for refused requests", () => {
    const daysOfUse = ["2026-01-17", "2026-02-16", "2026-03-18"].map((day) => new Date(`${day}T00:00:00Z`))
    expect(severityOf("dormant_wakes", { daysOfUse, createdAt: ago(days(89)) })).toBeNull()
    expect(
      severityOf("dormant_wakes", { ...usedUntil(40), minutes: [minute(0, { refused: 50 })] }),
    ).toBeNull()
  })

  test("knows a key that was made long ago and never used", () => {
    expect(severityOf("dormant_wakes", { hours: [], daysOfUse: [], createdAt: ago(days(60)) })).toBe("notice")
  })
})

describe("many_networks", () => {
  test("begins at eight new ones within an hour", () => {
    expect(severityOf("many_networks", { sightings: [...known, ...networks(7)] })).toBeNull()
    expect(severityOf("many_networks", { sightings: [...known, ...networks(8)] })).toBe("warning")
  })

  test("is three times the busiest hour of a key that hops", () => {
    const hops = Array.from({ length: 10 }, (_, index) =>
      sighting("network", `192.0.${index}.0/24`, { age: days(10) }),
    )
    const severityWith = (count: number) =>
      severityOf("many_networks", { sightings: [...known, ...hops, ...networks(count)] })
    expect(severityWith(29)).toBeNull()
    expect(severityWith(30)).toBe("warning")
  })

  test("is critical across countries, with a number of requests", () => {
    const abroad = ["BR", "VN", "NG"].map((code) => fresh("country", code))
    const severityWith = (sightings: Sighting[]) =>
      severityOf("many_networks", { sightings: [...known, ...sightings] })
    expect(severityWith([...networks(20), ...abroad])).toBe("critical")
    expect(severityWith([...networks(19), ...abroad])).toBe("warning")
    expect(severityWith([...networks(20), ...abroad.slice(1)])).toBe("warning")
  })
})

// The whole lives ------------------------------------------------------------------------------

type Watched = { history: History; before: Finding[]; after: Finding[] }

/** Each rule's most serious finding before and after the turn of a life; all of a benign one is before. */
function watch(history: History): Watched {
  const [before, after] = [new Map<RuleName, Finding>(), new Map<RuleName, Finding>()]
  for (const activity of replay(history.createdAt, history.batches)) {
    const side = history.turnsAt && activity.now >= history.turnsAt ? after : before
    for (const finding of findingsOf(activity)) {
      const worst = side.get(finding.rule)
      if (!worst || severityRank(finding.severity) > severityRank(worst.severity))
        side.set(finding.rule, finding)
    }
  }
  return { history, before: [...before.values()], after: [...after.values()] }
}

const isAlarm = ({ severity }: Finding) => severity !== "notice"
const isCritical = ({ severity }: Finding) => severity === "critical"

/** Of alarms: how many were right, and how many attacks had one. Notices are no alarms, nobody is mailed them. */
function score(watched: Watched[]) {
  const attacks = watched.filter(({ history }) => history.label === "attack")
  const detected = attacks.filter(({ after }) => after.some(isAlarm))
  const missed = attacks.filter((life) => !detected.includes(life)).map(({ history }) => history.name)
  const falseAlarms = watched.filter(({ before }) => before.some(isAlarm)).map(({ history }) => history.name)
  return {
    precision: detected.length / (detected.length + falseAlarms.length),
    recall: detected.length / attacks.length,
    missed,
    falseAlarms,
  }
}

describe.each([
  { set: "tuned on", seeds: [1, 2] },
  { set: "held out", seeds: [3] },
])("the histories $set", { timeout: 60_000 }, ({ set, seeds }) => {
  const watched = seeds.flatMap(keyHistories).map(watch)
  const labelled = (label: History["label"]) => watched.filter(({ history }) => history.label === label)

  test("are told apart", () => {
    const { precision, recall, missed, falseAlarms } = score(watched)
    process.stdout.write(
      `watchman, ${set}: ${labelled("attack").length} attacks, ${labelled("benign").length} benign, ` +
        `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}; ` +
        `missed: ${missed.join(", ") || "none"}; false alarms: ${falseAlarms.join(", ") || "none"}\n`,
    )
    expect(precision).toBeGreaterThanOrEqual(0.9)
    expect(recall).toBeGreaterThanOrEqual(0.9)
  })

  test("never suspend a key whose owner did it, nor one that somebody else makes trouble for", () => {
    const suspended = watched
      .filter(({ before, after, history }) =>
        [...before, ...(history.label === "attack" ? [] : after)].some(isCritical),
      )
      .map(({ history }) => history.name)
    expect(suspended).toEqual([])
  })

  test("ask about what looks like an attack", () => {
    const unasked = labelled("ask").filter(({ after }) => !after.some(isAlarm))
    expect(unasked.map(({ history }) => history.name)).toEqual([])
  })

  test("stop the plainest attacks by themselves", () => {
    const stopped = labelled("attack").filter(({ after }) => after.some(isCritical))
    const names = stopped.map(({ history }) => history.name.replace(/ #\d+$/, ""))
    expect(names).toEqual(
      expect.arrayContaining([
        "scraping from abroad, 20 times",
        "a botnet all over the world",
        "dormant, woken from abroad",
      ]),
    )
  })
})
