import { expect, it } from 'vitest'
import { EventParser } from './sse'

const frame = 'id: 7\nevent: delivery.attempted\ndata: {"a":\ndata: 1}\n\n'

it('an event is its id, its name and its joined data', () => {
  expect(new EventParser().push(frame)).toEqual([{ id: '7', event: 'delivery.attempted', data: '{"a":\n1}' }])
})

it('slices in any place give the same events', () => {
  const parser = new EventParser()

  const events = [...frame].flatMap((character) => parser.push(character))

  expect(events).toEqual(new EventParser().push(frame))
})

it.each(['\n', '\r\n', '\r'])('lines may end with %j', (end) => {
  const parser = new EventParser()

  const events = [...parser.push(`data: x${end}${end}`), ...parser.push(`: next${end}`)]

  expect(events.map(({ data }) => data)).toEqual(['x'])
})

it('comments keep the connection but are no event', () => {
  expect(new EventParser().push(': ping\n\n')).toEqual([])
})

it('the last id stays for events without one', () => {
  const parser = new EventParser()
  parser.push('id: 1\ndata: a\n\n')

  const [event] = parser.push('data: b\n\n')

  expect(event?.id).toBe('1')
})
