import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveHub } from './live'
import { effectsOf, everything } from './live-effects'

interface Connection {
  lastEventId: string | null
  signal: AbortSignal
  send: (text: string) => void
  end: () => void
}

function farSide(status = 200) {
  const connections: Connection[] = []
  const stale: string[] = []
  const open = async (lastEventId: string | null, signal: AbortSignal) => {
    let feed: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        feed = controller
      },
    })
    const send = (text: string) => feed?.enqueue(new TextEncoder().encode(text))
    connections.push({ lastEventId, signal, send, end: () => feed?.close() })
    return new Response(status === 200 ? body : null, { status })
  }
  const hub = new LiveHub(
    open,
    (key) => stale.push(key.join(' ')),
    () => 0.5,
  )
  return { hub, connections, stale }
}

const frame = (id: number, fields: object) => `id: ${id}\ndata: ${JSON.stringify(fields)}\n\n`
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('a frame makes the lists, the detail and the counters old', async () => {
  const { hub, connections, stale } = farSide()
  hub.start()
  await settle()

  connections[0]?.send(frame(1, { type: 'webhook.processed', eventId: 'e1' }))
  await settle(200)

  expect(stale).toEqual(expect.arrayContaining(['events list', 'events detail e1', 'stats']))
  hub.stop()
})

it('a burst reads a list once a second at most', async () => {
  const { hub, connections, stale } = farSide()
  hub.start()
  await settle()

  for (let tick = 0; tick < 30; tick += 1) {
    connections[0]?.send(frame(tick, { type: 'event.published', eventId: `e${tick}` }))
    await settle(100)
  }

  expect(stale.filter((key) => key === 'events list').length).toBeLessThanOrEqual(4)
  hub.stop()
})

it('a gap reads everything again and says so', async () => {
  const { hub, connections, stale } = farSide()
  hub.start()
  await settle()

  connections[0]?.send('event: gap\ndata: {"type":"gap","lost":12}\n\n')
  await settle()

  expect(hub.get().gap).toBe(true)
  expect(stale).toHaveLength(everything.length)
  hub.stop()
})

it('a lost connection comes back where it left off', async () => {
  const { hub, connections } = farSide()
  hub.start()
  await settle()
  connections[0]?.send(frame(41, { type: 'queue.stats' }))
  await settle()

  connections[0]?.end()
  await settle(1000)

  expect(connections[1]?.lastEventId).toBe('41')
  expect(hub.get().state).toBe('live')
  hub.stop()
})

it('a hidden tab gives its connection back after thirty seconds and resumes when shown', async () => {
  const { hub, connections } = farSide()
  hub.start()
  await settle()
  connections[0]?.send(frame(9, { type: 'queue.stats' }))
  await settle()

  hub.visible(false)
  await settle(29_000)
  expect(connections[0]?.signal.aborted).toBe(false)
  await settle(1_100)
  expect(connections[0]?.signal.aborted).toBe(true)
  hub.visible(true)
  await settle()

  expect(connections[1]?.lastEventId).toBe('9')
  hub.stop()
})

it('a tab shown again in time keeps its connection', async () => {
  const { hub, connections } = farSide()
  hub.start()
  await settle()

  hub.visible(false)
  await settle(10_000)
  hub.visible(true)
  await settle(60)

  expect(connections).toHaveLength(1)
  hub.stop()
})

it('three refusals in a row turn to polling', async () => {
  const { hub, stale } = farSide(503)

  hub.start()
  await settle(3_500)
  expect(hub.get().state).toBe('polling')
  stale.length = 0
  await settle(10_000)

  expect(stale).toContain('events list')
  hub.stop()
})

it('a server that is gone is said to be gone', async () => {
  const hub = new LiveHub(
    () => Promise.reject(new TypeError('refused')),
    () => {},
    () => 0.5,
  )

  hub.start()
  await settle(1_500)

  expect(hub.get().state).toBe('offline')
  hub.stop()
})

it('an ended session stops the feed instead of knocking on', async () => {
  const { hub, connections } = farSide(401)

  hub.start()
  await settle(60_000)

  expect(connections).toHaveLength(1)
})

it('silence longer than three heartbeats counts as lost', async () => {
  const { hub, connections } = farSide()
  hub.start()
  await settle()

  await settle(45_000)

  expect(connections[0]?.signal.aborted).toBe(true)
  hub.stop()
})

describe('frames and what they make old', () => {
  it.each([
    ['step.completed', { executionId: 'x1' }, 'executions detail x1'],
    ['execution.completed', { executionId: 'x1' }, 'executions list'],
    ['event.published', { eventId: 'e1' }, 'executions list'],
    ['delivery.attempted', { deliveryId: 'd1', eventId: 'e1' }, 'deliveries attempts d1'],
    ['delivery.attempted', { deliveryId: 'd1', eventId: 'e1' }, 'events deliveries e1'],
    ['endpoint.updated', {}, 'setup'],
    ['queue.stats', {}, 'stats'],
  ])('%s %j reads %s', (type, fields, key) => {
    expect(effectsOf({ type, ...fields }).map((effect) => effect.key.join(' '))).toContain(key)
  })

  it('an unknown frame changes nothing', () => {
    expect(effectsOf({ type: 'weather.changed' })).toEqual([])
  })
})
