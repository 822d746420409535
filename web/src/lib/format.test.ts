import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatInstant,
  formatLarge,
  formatPercent,
  formatPlural,
  formatRelative,
  shortId,
} from './format'

const noon = Date.UTC(2026, 10, 21, 12, 0, 0)

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [1400, '1.4 s'],
    [59_940, '59.9 s'],
    [60_000, '1 m'],
    [192_000, '3 m 12 s'],
    [7_500_000, '2 h 5 m'],
    [349_200_000, '4 d 1 h'],
  ])('%d ms reads %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words)
  })
})

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1480, '1.5 kB'],
    [999_960, '1 MB'],
    [2_310_441, '2.3 MB'],
  ])('%d bytes read %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words)
  })
})

describe('numbers', () => {
  it('a tile shortens from ten thousand on', () => {
    expect([9_999, 12_345, 1_234_567].map(formatLarge)).toEqual(['9,999', '12.3 k', '1.2 M'])
  })

  it('a count keeps every digit', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567')
  })

  it('a share of nothing is a dash', () => {
    expect(formatPercent(0, 0)).toBe('–')
  })

  it('one is one and all else is many', () => {
    expect([formatPlural(1, 'delivery', 'deliveries'), formatPlural(0, 'event')]).toEqual([
      '1 delivery',
      '0 events',
    ])
  })
})

describe('times', () => {
  it.each([
    [noon - 500, 'now'],
    [noon - 30_000, '30 s ago'],
    [noon - 120_000, '2 min ago'],
    [noon - 7_200_000, '2 h ago'],
    [noon + 540_000, 'in 9 min'],
    [noon - 86_400_000, '2026-11-20 12:00:00'],
  ])('%d against noon reads %s', (at, words) => {
    expect(formatRelative(at, noon, 'utc')).toBe(words)
  })

  it('hovering gives milliseconds', () => {
    expect(formatExact(noon + 7, 'utc')).toBe('2026-11-21 12:00:00.007')
  })

  it('local time is shifted by the zone of the reader', () => {
    const shift = new Date(noon).getTimezoneOffset() * 60_000

    const text = formatInstant(noon, 'local')

    expect(text).toBe(formatInstant(noon - shift, 'utc'))
  })
})

it('ids made in the same minute stay apart when shortened', () => {
  const ids = ['0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d', '0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8e'].map(shortId)

  expect(new Set(ids).size).toBe(2)
})
