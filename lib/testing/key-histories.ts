import { addDuration, days, hours, minutes } from "../duration"
import type { Batch } from "./key-replay"

// Made-up lives of API keys, with what a good watchman says of them. Deterministic: the seed decides every number.

/**
 * `benign`: nobody should be asked. `attack`: somebody must be. `ask`: what the owner did looks like an attack in
 * all that can be seen, so they are asked, but their key is never suspended. `spoof`: by somebody who wants to make
 * trouble without a working key, or with no more than words; it never suspends a key either.
 */
type Label = "benign" | "attack" | "ask" | "spoof"

export type History = {
  name: string
  label: Label
  createdAt: Date
  /** In order of time. */
  batches: Batch[]
  /** When the attack, or what looks like one, begins. */
  turnsAt: Date | null
}

/** A Monday. */
const START = new Date("2026-01-05T00:00:00Z")
/** When what is special about a history happens, unless it says otherwise: a Wednesday, after a whole baseline. */
const TURN = addDuration(START, days(30) + hours(10))

/** Every history there is, with the numbers of one seed. */
export function keyHistories(seed: number): History[] {
  return Object.entries(kinds).flatMap(([label, byName]) =>
    Object.entries(byName).map(([name, build], index) => {
      const life = new Life(seed * 1000 + index * 7 + label.length * 131)
      build(life)
      return {
        name: `${name} #${seed}`,
        label: label as Label,
        createdAt: START,
        batches: life.batches.sort((a, b) => a.minute - b.minute),
        turnsAt: label === "benign" ? null : life.turn,
      }
    }),
  )
}

type Origin = { network: string; country: string | null; client: string | null }
type Use = {
  from?: Date
  until?: Date
  /** How many requests an hour, at that time. */
  perHour: number | ((time: Date) => number)
  origin: Origin | ((time: Date) => Origin)
  /** The part that fails by the client's fault. */
  errors?: number
  operations?: string[]
  outcome?: Batch["outcome"]
  status?: number
  /** How far the batches are apart. Nothing is looked at in between. */
  step?: number
}

const countries = ["DE", "US", "FR", "GB", "IN", "JP", "PL", "NL"]
const foreign = ["BR", "RU", "VN", "NG", "CN", "IR", "ID", "UA", "TR", "RO"]
const clients = ["python-requests", "axios", "Go-http-client", "okhttp", "node", "GuzzleHttp"]

class Life {
  readonly batches: Batch[] = []
  turn = TURN
  readonly end = addDuration(TURN, days(3))
  readonly home: string
  readonly client: string
  readonly server: Origin
  #state: number

  constructor(seed: number) {
    this.#state = seed
    this.home = this.one(countries)
    this.client = this.one(clients)
    this.server = this.origin()
  }

  random(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.random()
  }

  one<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)]
    if (item === undefined) throw new Error("there is nothing to choose from")
    return item
  }

  /** One that was not there before, unless said. */
  origin(overrides: Partial<Origin> = {}): Origin {
    const byte = () => Math.floor(this.random() * 256)
    return {
      network: `${byte()}.${byte()}.${byte()}.0/24`,
      country: this.home,
      client: this.client,
      ...overrides,
    }
  }

  abroad(overrides: Partial<Origin> = {}): Origin {
    return this.origin({ country: this.one(foreign), ...overrides })
  }

  strangeClient(): string {
    return this.one(["curl", "aiohttp", "Scrapy", "Java", "libwww-perl"])
  }

  use({ from = START, until = this.end, step = minutes(30), ...use }: Use): void {
    const operations = use.operations ?? [
      "GET /api/v1/me",
      "POST /api/v1/ai/chat",
      "GET /api/v1/ai/chat/{id}",
    ]
    for (let minute = from.getTime(); minute < until.getTime(); minute += step) {
      const time = new Date(minute)
      const perHour = typeof use.perHour === "number" ? use.perHour : use.perHour(time)
      const expected = (perHour * step) / hours(1)
      const requests = this.round(expected * this.between(0.8, 1.2))
      const origin = typeof use.origin === "function" ? use.origin(time) : use.origin
      const failed = Math.min(requests, this.round(requests * (use.errors ?? 0.01)))
      const add = (count: number, status: number, operation: string) => {
        const [method = "", route = ""] = operation.split(" ")
        const outcome = use.outcome ?? "VALID"
        if (count > 0)
          this.batches.push({ minute, requests: count, ...origin, outcome, status, method, route })
      }
      add(requests - failed, use.status ?? 200, this.one(operations))
      if (operations.length > 3) {
        for (const operation of operations) add(Math.ceil(failed / operations.length), 404, operation)
      } else add(failed, 404, this.one(operations))
    }
  }

  /** Part of a request is one now and then. */
  round(expected: number): number {
    return Math.floor(expected) + (this.random() < expected % 1 ? 1 : 0)
  }

  steady(most = 600): void {
    this.use({ perHour: this.between(20, most), origin: this.server })
  }

  officeHours(perHour = this.between(20, 120), origins = [this.server, this.origin()]): void {
    this.use({
      perHour: (time) => (isWorkday(time) && isHour(time, 8, 18) ? perHour * this.between(0.3, 1.6) : 0),
      origin: () => this.one(origins),
    })
  }

  nightly(perHour = this.between(500, 5000)): void {
    this.use({
      perHour: (time) => (isHour(time, 2, 3) ? perHour : 0),
      origin: this.server,
      step: minutes(10),
    })
  }

  serverless(perHour = this.between(200, 800), pool = 250): Origin[] {
    const origins = Array.from({ length: pool }, () => this.origin())
    const hop = () => (this.random() < 0.02 ? this.origin() : this.one(origins))
    this.use({ perHour, origin: hop, step: minutes(15) })
    return origins
  }

  weekly(requests = this.between(50, 400)): void {
    this.use({
      perHour: (time) => (time.getUTCDay() === 1 && isHour(time, 6, 7) ? requests : 0),
      origin: this.server,
    })
  }

  after(duration: number): Date {
    return addDuration(this.turn, duration)
  }
}

function isWorkday(time: Date): boolean {
  return time.getUTCDay() % 6 !== 0
}

function isHour(time: Date, from: number, until: number): boolean {
  return time.getUTCHours() >= from && time.getUTCHours() < until
}

const probed = [
  "GET /api/v1/api-keys",
  "POST /api/v1/api-keys",
  "GET /api/v1/sessions",
  "GET /api/v1/api-keys/{id}",
  "DELETE /api/v1/api-keys/{id}",
  "GET /api/v1/audit",
]
const aMinute = { step: minutes(1) }

type Kinds = Record<string, (life: Life) => void>

const benign: Kinds = {
  "steady worker": (life) => life.steady(),
  "nightly batch": (life) => life.nightly(),
  "nightly batch after the clocks changed": (life) => {
    const perHour = life.between(500, 5000)
    const hour = (time: Date) => (time < life.turn ? 2 : 1)
    life.use({
      perHour: (time) => (isHour(time, hour(time), hour(time) + 1) ? perHour : 0),
      origin: life.server,
      step: minutes(10),
    })
  },
  "weekly report": (life) => life.weekly(),
  "monthly report": (life) => {
    const requests = life.between(100, 1000)
    life.use({
      until: addDuration(START, days(150)),
      perHour: (time) => (time.getUTCDate() === 1 && isHour(time, 5, 6) ? requests : 0),
      origin: life.server,
    })
  },
  "office hours": (life) => life.officeHours(),
  "office hours, from home now and then": (life) => {
    const homes = Array.from({ length: 6 }, () => life.origin())
    life.officeHours(life.between(20, 80), [life.server, life.server, ...homes])
  },
  "idle weekends, busy Mondays": (life) =>
    life.use({
      perHour: (time) => (isWorkday(time) ? (time.getUTCDay() === 1 ? 400 : 150) : 0),
      origin: life.server,
    }),
  "serverless that hops from the beginning": (life) => void life.serverless(),
  "serverless all over the world": (life) => {
    const far = ["US", "DE", "FR", "GB", "IN", "JP", "BR", "AU", "SG", "KR", "CA", "SE"]
    const edges = far.map((country) => life.origin({ country }))
    const later = ["ZA", "CL", "IT"].map((country) => life.origin({ country }))
    life.use({
      perHour: 300,
      origin: (time) => life.one(time < life.turn ? edges : [...edges, ...later]),
      step: minutes(15),
    })
  },
  "an app of many people": (life) =>
    life.use({
      perHour: 120,
      origin: () => life.origin({ country: life.random() < 0.97 ? life.home : life.one(["AT", "CH", "ES"]) }),
      step: minutes(30),
    }),
  "growth of 10 % a week": (life) =>
    life.use({
      perHour: (time) => 200 * 1.1 ** ((time.getTime() - START.getTime()) / days(7)),
      origin: life.server,
    }),
  "a deploy with a new version and a few errors": (life) => {
    life.steady()
    life.use({
      from: life.turn,
      until: life.after(minutes(10)),
      perHour: 120,
      origin: life.server,
      errors: 0.9,
      ...aMinute,
    })
  },
  "a new client library": (life) => {
    const perHour = life.between(50, 500)
    const origin = (time: Date) => (time < life.turn ? life.server : { ...life.server, client: "httpx" })
    life.use({ perHour, origin })
  },
  "a second server": (life) => {
    life.steady(300)
    life.use({ from: life.turn, perHour: life.between(20, 300), origin: life.origin() })
  },
  "another address after a failover": (life) => {
    const other = life.origin()
    life.use({ perHour: life.between(50, 500), origin: (time) => (time < life.turn ? life.server : other) })
  },
  "IPv6 switched on": (life) => {
    const other = life.origin({ network: "2001:db8:42::/48" })
    life.use({
      perHour: life.between(50, 500),
      origin: (time) => (time < life.turn || life.random() < 0.5 ? life.server : other),
    })
  },
  "a move to another host with another client": (life) => {
    const other = life.origin({ client: "undici" })
    life.use({ perHour: life.between(50, 500), origin: (time) => (time < life.turn ? life.server : other) })
  },
  "bursty CI": (life) => {
    const runners = Array.from({ length: 60 }, () => life.origin({ country: "US" }))
    const tools = ["curl", "node", "python-requests", "Go-http-client"]
    life.use({
      perHour: (time) => (isWorkday(time) && life.random() < 0.15 ? life.between(40, 700) : 0),
      origin: () => ({ ...life.one(runners), client: life.one(tools) }),
    })
  },
  "Black Friday, 2.5 times": (life) => {
    const perHour = life.between(200, 800)
    life.use({
      perHour: (time) => (time >= life.turn && time < life.after(days(1)) ? 2.5 * perHour : perHour),
      origin: life.server,
    })
  },
  "Black Friday with more servers, 3 times": (life) => {
    const more = [life.server, ...Array.from({ length: 5 }, () => life.origin())]
    const isOn = (time: Date) => time >= life.turn && time < life.after(days(1))
    const perHour = life.between(200, 800)
    life.use({
      perHour: (time) => (isOn(time) ? 3 * perHour : perHour),
      origin: (time) => (isOn(time) ? life.one(more) : life.server),
      step: minutes(15),
    })
  },
  "a launch, 3 times from then on": (life) => {
    const perHour = life.between(100, 400)
    life.use({ perHour: (time) => (time < life.turn ? perHour : 3 * perHour), origin: life.server })
  },
  "a backfill in the nightly batch": (life) => {
    const perHour = life.between(500, 3000)
    life.use({
      perHour: (time) => (isHour(time, 2, 3) ? (time.getUTCDate() === 5 ? 3.2 : 1) * perHour : 0),
      origin: life.server,
      step: minutes(10),
    })
  },
  "a pause of three weeks": (life) => {
    const perHour = life.between(50, 300)
    const pauseFrom = addDuration(life.turn, -days(21))
    life.use({
      perHour: (time) => (time < pauseFrom || time >= life.turn ? perHour : 0),
      origin: life.server,
    })
  },
  "retries of what is not there, at a low rate": (life) => {
    life.steady(100)
    life.use({
      from: life.turn,
      perHour: 100,
      origin: life.server,
      errors: 1,
      operations: ["GET /api/v1/ai/chat/{id}"],
      step: minutes(5),
    })
  },
  "a deploy that breaks one call for 20 minutes": (life) => {
    life.steady(200)
    life.use({
      from: life.turn,
      until: life.after(minutes(20)),
      perHour: 900,
      origin: life.server,
      errors: 0.9,
      operations: ["GET /api/v1/ai/chat/{id}"],
      ...aMinute,
    })
  },
  "an outage of ours, with retries": (life) => {
    const perHour = life.between(50, 300)
    const isDown = (time: Date) => time >= life.turn && time < life.after(hours(1))
    life.use({ perHour: (time) => (isDown(time) ? 0 : perHour), origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(1)),
      perHour: 3 * perHour,
      origin: life.server,
      errors: 0,
      status: 503,
      ...aMinute,
    })
  },
  "the first days of a key, with every tool there is": (life) =>
    life.use({
      until: addDuration(START, days(3)),
      perHour: (time) => (isHour(time, 8, 20) ? life.between(5, 300) : 0),
      origin: () =>
        life.origin({
          country: life.one(["DE", "US", "FR"]),
          client: life.one([...clients, "curl", "PostmanRuntime"]),
        }),
      errors: 0.3,
    }),
  "one developer, now and then": (life) => {
    const places = [life.server, life.origin(), life.origin()]
    life.use({
      perHour: (time) => (isWorkday(time) && isHour(time, 9, 17) && life.random() < 0.05 ? 6 : 0),
      origin: () => ({ ...life.one(places), client: life.one(["curl", "PostmanRuntime"]) }),
      errors: 0.2,
    })
  },
  "a monitor, once a minute": (life) => life.use({ perHour: 60, origin: life.server, errors: 0 }),
  "an old deployment that knocks with the secret of before": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      perHour: 600,
      origin: life.origin(),
      outcome: "REVOKED",
      status: 401,
      errors: 0,
      step: minutes(5),
    })
  },
}

const attack: Kinds = {
  "from abroad at a low rate, same client": (life) => {
    life.steady()
    life.use({ from: life.turn, perHour: 6, origin: life.abroad(), step: minutes(10) })
  },
  "from abroad at a low rate, another client": (life) => {
    life.officeHours()
    life.use({
      from: life.turn,
      perHour: 10,
      origin: life.abroad({ client: life.strangeClient() }),
      step: minutes(6),
    })
  },
  "from abroad, the weekly report's key": (life) => {
    life.weekly()
    life.use({
      from: life.turn,
      until: life.after(hours(5)),
      perHour: 30,
      origin: life.abroad(),
      step: minutes(5),
    })
  },
  "from abroad, the nightly batch's key, by day": (life) => {
    life.nightly()
    life.use({
      from: life.turn,
      until: life.after(hours(5)),
      perHour: 200,
      origin: life.abroad(),
      ...aMinute,
    })
  },
  "one try from abroad, and all of it two days later": (life) => {
    const thief = life.abroad()
    life.steady(100)
    life.use({
      from: life.turn,
      until: life.after(minutes(10)),
      perHour: 6,
      origin: thief,
      step: minutes(10),
    })
    life.use({
      from: life.after(days(2)),
      until: life.after(days(2) + hours(2)),
      perHour: 3000,
      origin: thief,
      ...aMinute,
    })
  },
  "each day from another country": (life) => {
    life.steady(100)
    for (const day of [0, 1, 2])
      life.use({
        from: life.after(days(day)),
        until: life.after(days(day) + hours(3)),
        perHour: 40,
        origin: life.abroad({ client: life.strangeClient() }),
        step: minutes(3),
      })
  },
  "scraping from abroad, 20 times": (life) => {
    const perHour = life.between(30, 300)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: 20 * perHour,
      origin: life.abroad(),
      ...aMinute,
    })
  },
  "scraping from the same country, 20 times": (life) => {
    const perHour = life.between(30, 300)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: 20 * perHour,
      origin: life.origin({ client: life.strangeClient() }),
      ...aMinute,
    })
  },
  "scraping from its own server, 20 times": (life) => {
    const perHour = life.between(30, 300)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: 20 * perHour,
      origin: life.server,
      ...aMinute,
    })
  },
  "scraping from the same country and client, 6 times": (life) => {
    const perHour = life.between(100, 300)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 6 * perHour,
      origin: life.origin(),
      ...aMinute,
    })
  },
  "scraping on a weekend with an office key": (life) => {
    life.turn = addDuration(START, days(33) + hours(3))
    life.officeHours(60)
    life.use({
      from: life.turn,
      until: life.after(hours(4)),
      perHour: 1500,
      origin: life.origin(),
      ...aMinute,
    })
  },
  "scraping with the key of one developer": (life) => {
    life.use({
      perHour: (time) => (isWorkday(time) && isHour(time, 9, 17) && life.random() < 0.1 ? 6 : 0),
      origin: { ...life.server, client: "curl" },
    })
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 400,
      origin: life.origin({ client: "Scrapy" }),
      ...aMinute,
    })
  },
  "a ramp over hours": (life) => {
    const perHour = life.between(50, 200)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(12)),
      perHour: (time) => perHour * 0.5 * 1.5 ** ((time.getTime() - life.turn.getTime()) / hours(1)),
      origin: life.server,
      step: minutes(5),
    })
  },
  "a ramp over days": (life) => {
    const perHour = life.between(50, 200)
    life.use({ perHour, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(days(3)),
      perHour: (time) => perHour * 1.5 ** ((time.getTime() - life.turn.getTime()) / days(1)),
      origin: life.origin(),
      step: minutes(10),
    })
  },
  "a botnet all over the world": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: life.between(60, 300),
      origin: () => life.abroad(),
      ...aMinute,
    })
  },
  "a botnet of the same country": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: life.between(60, 300),
      origin: () => life.origin(),
      ...aMinute,
    })
  },
  "a botnet with a key that hops itself": (life) => {
    life.serverless()
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: life.between(120, 600),
      origin: () => life.abroad(),
      ...aMinute,
    })
  },
  "through Tor, another exit every 20 minutes": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(6)),
      perHour: 12,
      origin: () => life.abroad({ client: life.strangeClient() }),
      step: minutes(20),
    })
  },
  "published, and tried by many": (life) => {
    life.steady(100)
    for (let person = 0; person < 6; person++)
      life.use({
        from: life.after(minutes(person * 25)),
        until: life.after(minutes(person * 25 + 20)),
        perHour: 30,
        origin: life.abroad({ client: life.strangeClient() }),
        step: minutes(2),
      })
  },
  "dormant, woken from a new network": (life) => {
    life.turn = addDuration(START, days(70) + hours(10))
    life.use({ until: addDuration(START, days(20)), perHour: 20, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 30,
      origin: life.origin({ client: life.strangeClient() }),
      step: minutes(2),
    })
  },
  "dormant, woken from abroad": (life) => {
    life.turn = addDuration(START, days(60) + hours(22))
    life.use({ until: addDuration(START, days(15)), perHour: 40, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 600,
      origin: life.abroad({ client: life.strangeClient() }),
      ...aMinute,
    })
  },
  "a search for what it may do, from its own server": (life) => {
    life.steady(60)
    life.use({
      from: life.turn,
      until: life.after(hours(1)),
      perHour: 600,
      origin: life.server,
      errors: 0.85,
      operations: probed,
      ...aMinute,
    })
  },
  "a search for what it may do, from abroad": (life) => {
    life.steady(60)
    life.use({
      from: life.turn,
      until: life.after(hours(1)),
      perHour: 400,
      origin: life.abroad(),
      errors: 0.95,
      operations: probed,
      ...aMinute,
    })
  },
  "ids guessed on one call": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(1)),
      perHour: 3000,
      origin: life.origin(),
      errors: 0.98,
      operations: ["GET /api/v1/ai/chat/{id}"],
      ...aMinute,
    })
  },
  "another client and network of the same country": (life) => {
    life.steady()
    life.use({
      from: life.turn,
      perHour: 20,
      origin: life.origin({ client: life.strangeClient() }),
      step: minutes(5),
    })
  },
  "another network of the same country, in disguise, at a low rate": (life) => {
    life.steady()
    life.use({ from: life.turn, perHour: 10, origin: life.origin(), step: minutes(6) })
  },
}

const ask: Kinds = {
  "a developer who travels": (life) => {
    const office = life.origin({ client: "curl" })
    const away = life.origin({ country: "PT", client: "curl" })
    life.turn = addDuration(START, days(31) + hours(8))
    life.use({
      perHour: (time) => (isWorkday(time) && isHour(time, 8, 18) ? 20 : 0),
      origin: (time) => (time < life.turn ? office : away),
    })
  },
  "a move to a data centre abroad": (life) => {
    const other = life.abroad()
    life.use({
      perHour: life.between(50, 500),
      origin: (time) => (time < life.turn ? life.server : other),
      step: minutes(15),
    })
  },
  "a worker that becomes serverless": (life) => {
    const pool = Array.from({ length: 100 }, () => life.origin())
    life.use({
      perHour: 300,
      origin: (time) => (time < life.turn ? life.server : life.one(pool)),
      step: minutes(5),
    })
  },
  "a feature that needs 6 times as much": (life) => {
    const perHour = life.between(100, 400)
    life.use({ perHour: (time) => (time < life.turn ? perHour : 6 * perHour), origin: life.server })
  },
  "an old project on a new server": (life) => {
    life.turn = addDuration(START, days(80) + hours(9))
    life.use({ until: addDuration(START, days(25)), perHour: 30, origin: life.server })
    life.use({
      from: life.turn,
      until: life.after(days(2)),
      perHour: 30,
      origin: life.origin(),
      step: minutes(10),
    })
  },
}

const spoof: Kinds = {
  "thousands of requests with a secret that a rotation ended": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 20_000,
      origin: () => life.abroad({ client: life.strangeClient() }),
      outcome: "REVOKED",
      status: 401,
      errors: 0,
      ...aMinute,
    })
  },
  "thousands of requests from networks that are not allowed": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(3)),
      perHour: 20_000,
      origin: () => life.abroad(),
      outcome: "IP_NOT_ALLOWED",
      status: 403,
      errors: 0,
      ...aMinute,
    })
  },
  "a client that calls itself something else each time": (life) => {
    life.steady(300)
    life.use({
      from: life.turn,
      until: life.after(hours(2)),
      perHour: 120,
      origin: () => ({ ...life.server, client: `client-${Math.floor(life.random() * 1e6)}` }),
      ...aMinute,
    })
  },
  "one odd request from abroad in the busiest hour": (life) => {
    const perHour = life.between(200, 400)
    life.use({
      perHour: (time) => (time < life.turn ? perHour : 5 * perHour),
      origin: life.server,
      step: minutes(10),
    })
    life.use({
      from: life.after(hours(1)),
      until: life.after(hours(1) + minutes(1)),
      perHour: 60,
      origin: life.abroad({ client: "curl" }),
      ...aMinute,
    })
  },
}

const kinds: Record<Label, Kinds> = { benign, attack, ask, spoof }
