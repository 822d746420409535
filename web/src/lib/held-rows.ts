/** Live rows that never move what one is reading: held rows keep their order, new ones are only counted. */
import { useState } from 'react'

export interface Held<Row> {
  rows: Row[]
  /** Rows newer than the first one shown. */
  pending: number
  /** There may be more than the page can tell. */
  more: boolean
}

/** Fresh contents in the kept order; what stands above the first kept row is waiting. */
export function mergeHeld<Row>(kept: Row[], fresh: Row[], keyOf: (row: Row) => string): Held<Row> {
  const byKey = new Map(fresh.map((row) => [keyOf(row), row]))
  const keptKeys = new Set(kept.map(keyOf))
  const known = fresh.findIndex((row) => keptKeys.has(keyOf(row)))
  return {
    rows: kept.map((row) => byKey.get(keyOf(row)) ?? row),
    pending: known === -1 ? fresh.length : known,
    more: known === -1 && fresh.length > 0,
  }
}

interface HoldOptions<Row> {
  hold: boolean
  /** Changes with filter and page, which always show at once. */
  listKey: string
  keyOf: (row: Row) => string
}

export function useHeldRows<Row>(fresh: Row[], { hold, listKey, keyOf }: HoldOptions<Row>) {
  const [kept, setKept] = useState({ listKey, rows: fresh })
  const follows = !hold || kept.listKey !== listKey || kept.rows.length === 0
  if (follows && (kept.rows !== fresh || kept.listKey !== listKey)) setKept({ listKey, rows: fresh })
  const held = follows ? { rows: fresh, pending: 0, more: false } : mergeHeld(kept.rows, fresh, keyOf)
  return { ...held, release: () => setKept({ listKey, rows: fresh }) }
}
