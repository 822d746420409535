import { expect, it } from 'vitest'
import type { Delivery, EventDetail } from '@/api/types'
import { lifeOf } from './life'

const at = '2026-11-21T12:00:00.000Z'
const counts = { deliveries: 0, delivered: 0, exhausted: 0, executions: 0 }
const event = { createdAt: at, status: 'stored', receipt: null, counts } as unknown as EventDetail
const receipt = {
  status: 'processed',
  responseStatus: 202,
  processingTimeMs: 4,
  metadata: { timing: { verifyMs: 1, storeMs: 3 } },
}

const delivery = (fields: Partial<Delivery>) =>
  ({ completedAt: null, nextAttemptAt: null, lastAttemptAt: null, ...fields }) as Delivery
const words = (...parameters: Parameters<typeof lifeOf>) => lifeOf(...parameters).map(({ word }) => word)

it('a published event begins with being published', () => {
  expect(words(event, [])).toEqual(['Published'])
})

it('a request is received, routed and triggers its workflow', () => {
  const received = { ...event, receipt, counts: { ...counts, executions: 1 } } as unknown as EventDetail

  expect(words(received, [])).toEqual(['Received', 'Processed', 'Triggered'])
})

it('a filtered request ends with the reason', () => {
  const filtered = {
    ...event,
    receipt: { ...receipt, status: 'filtered', filteredReason: 'group 1' },
  } as unknown as EventDetail

  expect(lifeOf(filtered, []).at(-1)).toMatchObject({ word: 'Filtered', tone: 'off', note: 'group 1' })
})

it('what is still to come stands last and apart', () => {
  const open = delivery({ status: 'pending', nextAttemptAt: '2026-11-21T12:05:00.000Z' })
  const done = delivery({ status: 'delivered', completedAt: '2026-11-21T12:00:01.500Z' })

  const points = lifeOf(event, [open, done])

  expect(points.slice(1)).toMatchObject([
    { word: 'Delivered', afterMs: 1500, note: '1 of 2 endpoints' },
    { word: 'Next attempt', future: true, at: '2026-11-21T12:05:00.000Z' },
  ])
})

it('deliveries that wait for a paused endpoint are held', () => {
  expect(words(event, [delivery({ status: 'held' })])).toEqual(['Published', 'Held'])
})
