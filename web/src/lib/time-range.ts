/** Relative time ranges of the logs, kept as words in the query string. */
import { oneOf, type Search } from './search-string'

export const ranges = ['1h', '24h', '7d', '30d'] as const
export type Range = (typeof ranges)[number]

const lengths: Record<Range, number> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
}

export const rangeWords: Record<Range, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
}

export function isRange(value: unknown): value is Range {
  return ranges.some((range) => range === value)
}

/**
 * The start of the range. A cursor is bound to its filters, so later pages carry the start of the
 * first one as `since` instead of a start that moves with the clock.
 */
export function sinceOf(search: Search, now: number): string | undefined {
  const pinned = oneOf(search.since)
  if (pinned) return pinned
  const range = oneOf(search.range)
  return isRange(range) ? new Date(now - lengths[range]).toISOString() : undefined
}
