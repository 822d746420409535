import { afterEach, expect, it, vi } from 'vitest'
import { answering } from '@/test/answers'
import { api, body } from './client'
import { eventQueryOf } from './events'
import { executionQueryOf } from './executions'
import { untilFirst } from './stats'

afterEach(() => vi.unstubAllGlobals())

const now = Date.UTC(2026, 10, 21, 12)

it('the address of the log becomes the question to the API', () => {
  const query = eventQueryOf(
    { status: ['failed', 'held'], type: 'invoice.*', priority: '3', range: '1h', cursor: 'c' },
    now,
  )

  expect(query).toEqual({
    limit: 50,
    status: ['failed', 'held'],
    type: ['invoice.*'],
    priority: '3',
    from: '2026-11-21T11:00:00.000Z',
    cursor: 'c',
  })
})

it('the view of requests asks for what came through sources', () => {
  expect(eventQueryOf({ view: 'requests', origin: 'api' }, now).origin).toEqual(['webhook'])
})

it('executions are bounded by when they were created', () => {
  expect(executionQueryOf({ range: '24h', status: 'failed' }, now)).toMatchObject({
    status: ['failed'],
    'createdAt[gte]': '2026-11-20T12:00:00.000Z',
  })
})

it('repeated filters are repeated in the address of the API', async () => {
  const seen = answering({ 'GET /api/v1/events': { json: { data: [] } } })

  await body(api.GET('/api/v1/events', { params: { query: { status: ['failed', 'held'] } } }))

  expect(new URL(seen[0]?.url ?? '').search).toBe('?status=failed&status=held')
})

it('the first of its kind is asked for until it is there', () => {
  const asking = (data: unknown[]) => untilFirst({ state: { data: { data } } })

  expect([asking([]), asking([{}])]).toEqual([3000, false])
})
