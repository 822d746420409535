/** The one table: real rows and heads, links that open, keys that move, rows that may be dimmed. */
import { clsx } from 'clsx'
import { type ReactNode, useRef } from 'react'
import { useRowKeys } from '@/lib/shortcuts'

export interface Column<Row> {
  id: string
  head: string
  cell: (row: Row) => ReactNode
  align?: 'right'
  /** The column that takes what is left. */
  grow?: boolean
  /** Left out below 640 px. */
  wideOnly?: boolean
}

interface DataTableProps<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  /** Opens the row; its first cell holds the link that does the same. */
  onOpen?: (row: Row) => void
  dense?: boolean
  dimmed?: boolean
  loading?: boolean
  onReading?: (reading: boolean) => void
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, keyOf, dense = false, dimmed = false, loading = false, onReading } = props
  const box = useRef<HTMLDivElement>(null)
  useRowKeys(box)
  const read = () => onReading?.(isReading(box.current))
  return (
    <div className="relative">
      {dimmed && <div className="progress-line absolute inset-x-0 top-0 z-20 h-px" />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a box that scrolls */}
      <div ref={box} role="group" aria-label={label} tabIndex={0} className="ring-inside overflow-x-auto">
        <table
          className={clsx('w-full text-sm', dimmed && 'opacity-60')}
          aria-busy={loading || dimmed}
          onPointerEnter={read}
          onPointerLeave={() => onReading?.(isReading(box.current, false))}
          onFocus={read}
          onBlur={() => setTimeout(() => onReading?.(isReading(box.current)))}
        >
          <caption className="sr-only">{label}</caption>
          <Head columns={columns} />
          <tbody>
            {loading ? (
              <Waiting columns={columns} dense={dense} />
            ) : (
              rows.map((row) => <Row key={keyOf(row)} row={row} {...props} dense={dense} />)
            )}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** Pointing at rows, standing in them or having scrolled past them all count as reading. */
function isReading(box: HTMLElement | null, pointed = box?.querySelector('tbody:hover') !== null): boolean {
  if (box === null) return false
  const focused = box.querySelector('tbody')?.contains(document.activeElement) ?? false
  return pointed || focused || box.getBoundingClientRect().top < 0
}

function cellClass<Row>({ align, grow, wideOnly }: Column<Row>, index: number): string {
  return clsx(
    'px-3 first:pl-4 last:pr-4 whitespace-nowrap',
    align === 'right' ? 'text-right figures' : 'text-left',
    grow && 'w-full max-w-0 min-w-field truncate',
    wideOnly && 'max-sm:hidden',
    index === 0 && 'sticky left-0 z-10 bg-surface group-hover/row:bg-bg',
  )
}

function Head<Row>({ columns }: { columns: Column<Row>[] }) {
  return (
    <thead>
      <tr className="group/head">
        {columns.map((column, index) => (
          <th
            key={column.id}
            scope="col"
            className={clsx('eyebrow h-row-compact border-b border-line', cellClass(column, index))}
          >
            {column.head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Row<Row>({ row, columns, dense, onOpen }: DataTableProps<Row> & { row: Row }) {
  return (
    <tr
      className={clsx('group/row hover:bg-bg focus-within:bg-bg', onOpen && 'cursor-pointer')}
      onClick={(event) => {
        const inside = (event.target as HTMLElement).closest('a, button, input, summary')
        if (inside === null && !getSelection()?.toString()) onOpen?.(row)
      }}
    >
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={clsx(
            'border-b border-line group-last/row:border-b-0',
            dense ? 'h-row-compact' : 'h-row',
            cellClass(column, index),
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

const ghosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

function Waiting<Row>({ columns, dense }: { columns: Column<Row>[]; dense: boolean }) {
  return ghosts.map((ghost) => (
    <tr key={ghost}>
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={clsx(
            'border-b border-line',
            dense ? 'h-row-compact' : 'h-row',
            cellClass(column, index),
          )}
        >
          <div className={clsx('shimmer h-2 rounded-sm', column.grow ? 'w-2/3' : 'w-12')} />
        </td>
      ))}
    </tr>
  ))
}
