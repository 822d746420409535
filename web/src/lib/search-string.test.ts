import { expect, it } from 'vitest'
import { safeTarget } from '@/pages/login'
import { choiceOf, listOf, parseSearch, stringifySearch } from './search-string'
import { sinceOf } from './time-range'
import { withFilters } from './use-list-query'

it('a repeated key becomes a list and a single one stays text', () => {
  expect(parseSearch('?status=failed&status=held&q=42')).toEqual({ status: ['failed', 'held'], q: '42' })
})

it('what was parsed is written back the same', () => {
  const text = '?status=failed&status=held&q=%7B%22id%22%3A1%7D&type=invoice.*'

  expect(stringifySearch(parseSearch(text))).toBe(text)
})

it('absent and empty values leave no trace', () => {
  expect(stringifySearch({ q: undefined, status: [], type: '' })).toBe('')
})

it('a number in the address stays the text it was', () => {
  expect(listOf(parseSearch('?q=12345678901234567890').q)).toEqual(['12345678901234567890'])
})

it('an unknown choice falls back to the first', () => {
  expect(choiceOf('week', ['24h', '1h'])).toBe('24h')
})

it('changing a filter leaves the page it was on', () => {
  const search = withFilters({ cursor: 'abc', since: '2026-01-01', range: '1h' }, { status: ['failed'] })

  expect(search).toEqual({ range: '1h', status: ['failed'] })
})

it('later pages keep the start of the first one', () => {
  const now = Date.UTC(2026, 0, 2)

  expect(sinceOf({ range: '24h' }, now)).toBe('2026-01-01T00:00:00.000Z')
  expect(sinceOf({ range: '24h', since: '2025-12-31T00:00:00.000Z' }, now)).toBe('2025-12-31T00:00:00.000Z')
})

it.each(['https://evil.example', '//evil.example', '/\\evil.example', '/login', undefined])(
  'signing in never leads to %s',
  (to) => {
    expect(safeTarget(to)).toBe('/')
  },
)

it('signing in leads back to the page one came from', () => {
  expect(safeTarget('/events?status=failed')).toBe('/events?status=failed')
})
