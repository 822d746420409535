import { describe, expect, it } from 'vitest'
import { traceOf } from '@/api/executions'
import { linesOf, pathAt, readJson, sliceJson } from './json-tokens'

const none: ReadonlySet<number> = new Set()

function shown(text: string, folded = none): string {
  const root = readJson(text)
  if (root === null) throw new Error('not JSON')
  return linesOf(text, root, folded)
    .lines.map(
      ({ depth, key, text: value, comma }) =>
        `${' '.repeat(depth)}${key === null ? '' : `${key}: `}${value}${comma ? ',' : ''}`,
    )
    .join('\n')
}

it('large numbers, key order and repeated keys are shown as received', () => {
  const text = '{"b":12345678901234567890,"a":1.50,"b":-0,"10":[],"2":{}}'

  expect(shown(text)).toBe('{\n "b": 12345678901234567890,\n "a": 1.50,\n "b": -0,\n "10": [],\n "2": {}\n}')
})

it('escapes inside strings stay escaped', () => {
  expect(shown('["\\u00e9\\n", "é"]')).toBe('[\n "\\u00e9\\n",\n "é"\n]')
})

it('a folded group is one line that knows its size', () => {
  const text = '{"a":{"b":[1,2,3]},"c":null}'

  const lines = shown(text, new Set([text.indexOf('{"b"')]))

  expect(lines).toBe('{\n "a": { … },\n "c": null\n}')
})

it('paths are spelled as filters spell them', () => {
  const text = '{"items":[{"odd key":1}]}'
  const root = readJson(text)

  const path = root && pathAt(root, text.indexOf('1}'))

  expect(path).toBe('$.items[0]["odd key"]')
})

describe('what is not JSON is refused', () => {
  it.each([
    '',
    '{',
    '{"a":1,}',
    '[1 2]',
    '01',
    '"\n"',
    "{'a':1}",
    'nul',
    '1 2',
    '[1,]',
    '{"a"}',
    '"\\x"',
    `${'['.repeat(600)}${']'.repeat(600)}`,
  ])('%j', (text) => {
    expect(readJson(text)).toBeNull()
  })
})

describe('what is JSON is read as the platform reads it', () => {
  it.each(['1', '-1.5e+10', 'true', '"a\\"b"', ' [ ] ', '{"a":[{"b":null}]}', '"\u2028"', '"😀"'])(
    '%j',
    (text) => {
      const node = readJson(text)

      expect(node && JSON.parse(text.slice(node.start, node.end))).toEqual(JSON.parse(text))
    },
  )
})

it('a megabyte is read and laid out quickly', () => {
  const text = JSON.stringify(
    Array.from({ length: 20_000 }, (_, id) => ({ id, name: `row ${id}`, ok: true })),
  )
  const started = performance.now()

  const root = readJson(text)
  const shown = root ? linesOf(text, root, none, 400) : null

  expect([shown?.lines.length, shown?.total]).toEqual([400, 100_002])
  expect(performance.now() - started).toBeLessThan(1500)
})

it('a slice is the text of the value, untouched', () => {
  expect(sliceJson('{"a":[0,{"b":1.0}]}', ['a', 1, 'b'])).toBe('1.0')
})

it('a path that leads nowhere gives nothing', () => {
  expect(sliceJson('{"a":1}', ['b', 0])).toBeUndefined()
})

it('the values of a step keep their digits', () => {
  const text = '{"id":"x","steps":[{"stepId":"a","input":{"n":12345678901234567890},"output":1.10}]}'

  const [step] = traceOf(text).steps

  expect([step?.inputText, step?.outputText]).toEqual(['{"n":12345678901234567890}', '1.10'])
})
