import { monitorEventLoopDelay } from "node:perf_hooks"
import { db } from "../db"
import { usageLogCounts } from "../usage/usage-log"
import { answerCounts } from "./answer-counts"

// What operators watch, in the text format of Prometheus. Figures of this process, but for the mails, which all
// instances send together.

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

/** In milliseconds: how often the event loop is looked at. What it measures has this time in it. */
const LOOKED_EVERY = 20
const eventLoop = monitorEventLoopDelay({ resolution: LOOKED_EVERY })
eventLoop.enable()

type Metric = { name: string; type: "counter" | "gauge"; help: string; values: Value[] }
type Value = { labels?: Record<string, string | number>; value: number }

/** All metrics as text. What only the database knows is left out while it is away. */
export async function metricsText(): Promise<string> {
  const metrics = [...processMetrics(), ...usageLogMetrics(), ...(await databaseMetrics())]
  return `${metrics.flatMap(linesOf).join("\n")}\n`
}

function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage()
  const lag = Math.max(0, eventLoop.percentile(99) / 1e9 - LOOKED_EVERY / 1000)
  eventLoop.reset()
  return [
    {
      name: "latchkey_http_answers_total",
      type: "counter",
      help: "Answers that left the listener, by status. 499: the client left first.",
      values: answerCounts().map(([status, value]) => ({ labels: { status }, value })),
    },
    gauge("process_resident_memory_bytes", "Memory that the process holds.", process.memoryUsage.rss()),
    gauge(
      "process_start_time_seconds",
      "When the process started, in seconds since 1970.",
      Math.round(Date.now() / 1000 - process.uptime()),
    ),
    counter("process_cpu_seconds_total", "Processor time used.", (user + system) / 1e6),
    gauge("nodejs_eventloop_lag_p99_seconds", "Delay of the event loop since it was last asked for.", lag),
  ]
}

function usageLogMetrics(): Metric[] {
  const { waiting, written, dropped } = usageLogCounts()
  return [
    gauge("latchkey_usage_log_waiting", "Uses of keys that are not written yet.", waiting),
    counter("latchkey_usage_log_written_total", "Uses of keys that were written.", written),
    counter("latchkey_usage_log_dropped_total", "Uses of keys that were lost: too many waited.", dropped),
  ]
}

async function databaseMetrics(): Promise<Metric[]> {
  try {
    const [row] = await db().$queryRaw<{ waiting: number; age: number }[]>`
      SELECT count(*)::int AS waiting,
        coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age
      FROM mails WHERE sent_at IS NULL AND failed_at IS NULL`
    const { waiting = 0, age = 0 } = row ?? {}
    return [
      gauge("latchkey_database_up", "Whether the database answers.", 1),
      gauge("latchkey_mails_waiting", "Mails that are not sent yet, by all instances.", waiting),
      gauge("latchkey_mails_oldest_seconds", "How long the oldest of them has waited.", Math.max(0, age)),
    ]
  } catch {
    return [gauge("latchkey_database_up", "Whether the database answers.", 0)]
  }
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: "gauge", help, values: [{ value }] }
}

function counter(name: string, help: string, value: number): Metric {
  return { name, type: "counter", help, values: [{ value }] }
}

function linesOf({ name, type, help, values }: Metric): string[] {
  const lines = values.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

function labelText(labels: Record<string, string | number>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return pairs.length > 0 ? `{${pairs.join(",")}}` : ""
}
