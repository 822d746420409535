import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { ApiError } from '@/api/client'
import { renderPart } from '@/test/render'
import { Button } from './Button'
import { CopyButton } from './CopyButton'
import { DataTable } from './DataTable'
import { FilterBar, type FilterField, isFiltered } from './FilterBar'
import { HttpExchange } from './HttpExchange'
import { Lifeline } from './Lifeline'
import { sparkPoints } from './Spark'
import { EmptyState, ErrorState } from './states'
import { Duration, Id, TimeText } from './values'
import { ticksOf, Waterfall } from './Waterfall'

const fields: FilterField[] = [
  { name: 'status', label: 'Status', choices: [{ value: 'failed', word: 'Failed' }] },
]

it('a chip takes its filter away and leaves the page it was on', async () => {
  const onSearch = vi.fn()
  await renderPart(
    <FilterBar fields={fields} search={{ status: ['failed', 'held'], cursor: 'x' }} onSearch={onSearch} />,
  )

  await userEvent.click(screen.getByRole('button', { name: 'Remove the filter Status Failed' }))

  expect(onSearch).toHaveBeenCalledWith({ status: ['held'] })
})

it('a choice in the menu becomes a filter', async () => {
  const onSearch = vi.fn()
  await renderPart(<FilterBar fields={fields} search={{}} onSearch={onSearch} />)

  await userEvent.click(screen.getByRole('button', { name: 'Filter' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Failed' }))

  expect(onSearch).toHaveBeenCalledWith({ status: ['failed'] })
})

it('a time range alone counts as a filter', () => {
  expect([isFiltered(fields, {}), isFiltered(fields, { range: '1h' })]).toEqual([false, true])
})

it('a row opens by a press anywhere but on its buttons', async () => {
  const onOpen = vi.fn()
  const columns = [
    { id: 'a', head: 'Name', cell: (row: string) => row },
    { id: 'b', head: 'Act', cell: () => <Button>Retry</Button> },
  ]
  await renderPart(
    <DataTable label="Things" columns={columns} rows={['one']} keyOf={(row) => row} onOpen={onOpen} />,
  )

  await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
  expect(onOpen).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('cell', { name: 'one' }))

  expect(onOpen).toHaveBeenCalledWith('one')
})

it('a table is a table with a name and heads', async () => {
  await renderPart(
    <DataTable
      label="Things"
      columns={[{ id: 'a', head: 'Name', cell: String }]}
      rows={[1]}
      keyOf={String}
    />,
  )

  const table = screen.getByRole('table', { name: 'Things' })
  expect(within(table).getByRole('columnheader', { name: 'Name' })).toHaveAttribute('scope', 'col')
})

it('an error says its cause, its code and its request', async () => {
  const onRetry = vi.fn()
  await renderPart(
    <ErrorState
      error={new ApiError(503, 'service_unavailable', 'The database is gone', 'req-9')}
      onRetry={onRetry}
    />,
  )

  expect(screen.getByRole('alert')).toHaveTextContent(/The database is gone.*service_unavailable.*req-9/)
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }))

  expect(onRetry).toHaveBeenCalled()
})

it('an empty page offers a command to copy', async () => {
  await renderPart(
    <EmptyState title="No events yet" command="curl x">
      Words.
    </EmptyState>,
  )

  expect(screen.getByRole('button', { name: 'Copy the command' })).toBeVisible()
})

it('a hidden header says so and the rest is shown in order', async () => {
  const headers = [
    ['Content-Type', 'text/plain'],
    ['Authorization', '***'],
  ]
  await renderPart(
    <HttpExchange
      request={{ method: 'POST', url: 'https://a.example', headers }}
      answer={{ status: null, error: 'no answer within 15 s' }}
    />,
  )

  const rows = within(screen.getByRole('table', { name: 'Request headers' })).getAllByRole('row')
  expect(rows.map((row) => row.textContent)).toEqual(['Content-Typetext/plain', 'Authorizationhidden'])
  expect(screen.getByRole('region', { name: 'Response' })).toHaveTextContent(
    'No responseno answer within 15 s',
  )
})

it('a waterfall can be read as a table', async () => {
  const spans = [
    {
      id: 'a',
      name: 'Fetch',
      kind: 'http',
      tone: 'ok' as const,
      word: 'Completed',
      startMs: 10,
      durationMs: 140,
    },
  ]
  await renderPart(
    <Waterfall label="Steps over time" spans={spans} totalMs={150} chosen={null} onChoose={() => {}} />,
  )

  expect(
    screen.getByRole('row', { name: 'Fetch http Completed 10 ms 140 ms', hidden: true }),
  ).toBeInTheDocument()
})

it.each([
  [651, [0, 200, 400]],
  [67_000, [0, 20_000, 40_000]],
  [1, [0]],
])('an axis of %d ms is marked at round times', (total, ticks) => {
  expect(ticksOf(total)).toEqual(ticks)
})

it('a life line tells its points in order', async () => {
  await renderPart(
    <Lifeline
      points={[
        { word: 'Received', tone: 'ok', note: 'a' },
        { word: 'Next attempt', tone: 'hollow', future: true, note: 'b' },
      ]}
    />,
  )

  expect(screen.getAllByRole('listitem').map((point) => point.textContent)).toEqual([
    'Receiveda',
    'Next attemptb',
  ])
})

it('a spark of equal values lies flat', () => {
  expect(sparkPoints([0, 0], 100, 28)).toBe('0,27 100,27')
})

it('what is not known is a dash', async () => {
  const { container } = await renderPart(
    <p>
      <Duration ms={null} />
      <TimeText at={null} />
      <Id id={null} name="event id" />
    </p>,
  )

  expect(container).toHaveTextContent('–––')
})

it('copying is told to readers of the label', async () => {
  const user = userEvent.setup()
  await renderPart(<CopyButton text="abc" name="event id" label="Copy" />)

  await user.click(screen.getByRole('button', { name: 'Copy' }))

  expect(await navigator.clipboard.readText()).toBe('abc')
  expect(screen.getByRole('button', { name: 'Copied' })).toBeVisible()
})

it('a button in flight cannot be pressed twice', async () => {
  await renderPart(<Button busy>Retry now</Button>)

  expect(screen.getByRole('button', { name: 'Retry now' })).toBeDisabled()
})
