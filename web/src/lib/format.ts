/** Numbers, sizes, durations and times in the one spelling of the dashboard. */

const whole = new Intl.NumberFormat('en-US')
const short = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** `1.2 M` for tiles; below ten thousand the number itself. */
export function formatLarge(value: number): string {
  const steps: [number, string][] = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e4, 'k'],
  ]
  for (const [limit, unit] of steps) {
    if (Math.abs(value) >= limit) return `${short.format(value / (unit === 'k' ? 1e3 : limit))} ${unit}`
  }
  return formatCount(value)
}

/** Decimal sizes: `812 B`, `1.4 kB`, `3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let amount = bytes
  let unit = 0
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000
    unit += 1
  }
  return `${unit === 0 ? whole.format(amount) : short.format(amount)} ${units[unit]}`
}

/** `12 ms`, `1.4 s`, `3 m 12 s`, `2 h 5 m`, `4 d 1 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${short.format(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'm', seconds % 60, 's')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm')
  return pair(Math.floor(minutes / 1440), 'd', Math.floor((minutes % 1440) / 60), 'h')
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

const DAY_MS = 86_400_000

/** Relative within a day (`2 min ago`, `in 30 s`), the full time beyond it. */
export function formatRelative(at: number, now: number, zone: Zone): string {
  const distance = Math.abs(now - at)
  if (distance >= DAY_MS) return formatInstant(at, zone)
  if (distance < 1000) return 'now'
  const words = coarse(distance)
  return at <= now ? `${words} ago` : `in ${words}`
}

function coarse(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  return `${Math.floor(ms / 3_600_000)} h`
}

export type Zone = 'utc' | 'local'

const digits = (value: number, width = 2) => String(value).padStart(width, '0')

/** `2026-11-21 20:24:07`, in UTC or in the zone of the reader. */
export function formatInstant(at: number, zone: Zone): string {
  return `${formatDate(at, zone)} ${formatClock(at, zone)}`
}

export function formatDate(at: number, zone: Zone): string {
  const date = shifted(at, zone)
  return `${date.getUTCFullYear()}-${digits(date.getUTCMonth() + 1)}-${digits(date.getUTCDate())}`
}

export function formatClock(at: number, zone: Zone): string {
  const date = shifted(at, zone)
  return `${digits(date.getUTCHours())}:${digits(date.getUTCMinutes())}:${digits(date.getUTCSeconds())}`
}

/** With milliseconds, for the hover text. */
export function formatExact(at: number, zone: Zone): string {
  return `${formatInstant(at, zone)}.${digits(new Date(at).getUTCMilliseconds(), 3)}`
}

function shifted(at: number, zone: Zone): Date {
  const date = new Date(at)
  return zone === 'utc' ? date : new Date(at - date.getTimezoneOffset() * 60_000)
}

/** The last eight digits of an id: the first ones of a UUIDv7 are its minute, alike in every row of a page. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(-8) : id
}

export function formatPercent(part: number, total: number): string {
  return total === 0 ? '–' : `${short.format((part / total) * 100)} %`
}

/** `1 delivery`, `2 deliveries`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
