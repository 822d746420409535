import { expect, it } from 'vitest'
import type { Stats } from '@/api/types'
import { outcomesOf } from './Figures'
import { tilesOf } from './StatTiles'
import { topOf } from './VolumeChart'

const totals = {
  received: 12,
  processed: 9,
  filtered: 2,
  failed: 1,
  rejected: 0,
  held: 0,
  published: 4,
  delivered: 7,
  attempts: 10,
  failedAttempts: 3,
  exhausted: 0,
  executionsCompleted: 0,
  executionsFailed: 0,
}
const stats = { totals, series: [], queues: [{ priority: 3, depth: 2, oldestMs: 1500 }] } as unknown as Stats

it('the tiles count what came in, went out, failed and waits', () => {
  const tiles = tilesOf(stats, '24h')

  expect(tiles.map(({ word, value }) => [word, value])).toEqual([
    ['Received', 12],
    ['Delivered', 7],
    ['Failed', 1],
    ['Waiting', 2],
  ])
  expect(tiles[3]?.note).toBe('due for 1.5 s')
})

it('the failed tile leads to what failed', () => {
  const withExhausted = { ...stats, totals: { ...totals, exhausted: 3 } }

  expect([tilesOf(stats, '1h')[2]?.search, tilesOf(withExhausted, '1h')[2]?.search]).toEqual([
    { range: '1h', status: ['failed'] },
    { range: '1h', deliveryStatus: ['exhausted'] },
  ])
})

it('attempts that did not fail were delivered', () => {
  const attempts = outcomesOf(stats).find(({ title }) => title === 'Attempts')

  expect(attempts?.parts.map(({ value }) => value)).toEqual([7, 3])
})

it.each([
  [0, 1],
  [7, 8],
  [81, 100],
  [193, 200],
])('an axis for %d ends at %d', (received, top) => {
  expect(topOf([{ at: '', received, delivered: 0, failed: 0 }])).toBe(top)
})
