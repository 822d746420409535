import { expect, it } from 'vitest'
import { mergeHeld } from './held-rows'

const keyOf = ({ id }: { id: number }) => String(id)
const row = (id: number, word = '') => ({ id, word })

it('held rows keep their place and take their new contents', () => {
  const held = mergeHeld([row(2), row(1)], [row(3), row(2, 'changed'), row(1)], keyOf)

  expect(held).toEqual({ rows: [row(2, 'changed'), row(1)], pending: 1, more: false })
})

it('a row that fell off the fresh page stays as it was', () => {
  const held = mergeHeld([row(2), row(1, 'old')], [row(3), row(2)], keyOf)

  expect(held.rows).toEqual([row(2), row(1, 'old')])
})

it('a page of nothing but new rows may hide more', () => {
  expect(mergeHeld([row(1)], [row(9), row(8)], keyOf)).toMatchObject({ pending: 2, more: true })
})

it('nothing new waits for nobody', () => {
  expect(mergeHeld([row(1)], [], keyOf)).toMatchObject({ pending: 0, more: false })
})
