/** Every run of every workflow, newest first, live. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { executionListQuery, workflowNamesQuery } from '@/api/executions'
import type { ExecutionRow } from '@/api/types'
import { commands, useBaseUrl } from '@/lib/commands'
import { shortId } from '@/lib/format'
import type { Search } from '@/lib/search-string'
import { useKeys } from '@/lib/shortcuts'
import { useListQuery } from '@/lib/use-list-query'
import { Button } from '@/parts/Button'
import { type Column, DataTable } from '@/parts/DataTable'
import { FilterBar, type FilterField, isFiltered } from '@/parts/FilterBar'
import { LiveSwitch, PendingPill } from '@/parts/LivePill'
import { Pager } from '@/parts/Pager'
import { PageTitle } from '@/parts/PageTitle'
import { StatusPill } from '@/parts/StatusPill'
import { EmptyState, ErrorState } from '@/parts/states'
import { executionLooks } from '@/parts/status'
import { Duration, Id, RunningFor, TimeText } from '@/parts/values'
import { choicesOf } from './event-parts/columns'
import { triggerWords } from './execution-parts/words'

const keyOf = (row: ExecutionRow) => row.id

const fields: FilterField[] = [
  { name: 'status', label: 'Status', choices: choicesOf(executionLooks) },
  { name: 'workflowId', label: 'Workflow id', placeholder: '0196f4b0-…' },
  { name: 'triggerEventId', label: 'Event id', placeholder: '0196f4b0-…' },
]

function columnsOf(names: Map<string, string> | undefined): Column<ExecutionRow>[] {
  return [
    {
      id: 'workflow',
      head: 'Workflow',
      grow: true,
      cell: (row) => <WorkflowLink row={row} name={names?.get(row.workflowId)} />,
    },
    { id: 'status', head: 'Status', cell: (row) => <StatusPill of="execution" status={row.status} /> },
    {
      id: 'trigger',
      head: 'Started by',
      wideOnly: true,
      cell: (row) => <span className="text-muted">{triggerWords[row.triggerType] ?? row.triggerType}</span>,
    },
    {
      id: 'event',
      head: 'Event',
      wideOnly: true,
      cell: (row) => <Id id={row.triggerEventId} name="event id" to="/events/$id" />,
    },
    { id: 'took', head: 'Took', wideOnly: true, align: 'right', cell: (row) => <Took row={row} /> },
    { id: 'id', head: 'Id', wideOnly: true, cell: (row) => <Id id={row.id} name="execution id" /> },
    { id: 'at', head: 'Created', align: 'right', cell: (row) => <TimeText at={row.createdAt} /> },
  ]
}

function WorkflowLink({ row, name }: { row: ExecutionRow; name: string | undefined }) {
  return (
    <>
      <Link
        data-row=""
        to="/executions/$id"
        params={{ id: row.id }}
        className={name ? 'font-medium hover:underline' : 'mono hover:underline'}
      >
        {name ?? shortId(row.workflowId)}
      </Link>
      <span className="pl-2 text-xs text-faint figures">{`v${row.workflowVersion}`}</span>
    </>
  )
}

function Took({ row }: { row: ExecutionRow }) {
  if (row.completedAt === null && row.startedAt !== null) return <RunningFor since={row.startedAt} />
  return <Duration ms={row.durationMs} />
}

export default function ExecutionsPage() {
  const search = useSearch({ from: '/shell/executions' })
  const navigate = useNavigate()
  const onSearch = useCallback(
    (next: Search) => void navigate({ to: '/executions', search: next }),
    [navigate],
  )
  const list = useListQuery({ query: executionListQuery(search), search, keyOf, onSearch })
  const names = useQuery(workflowNamesQuery)
  const columns = useMemo(() => columnsOf(names.data), [names.data])
  const { live, setLive } = list
  useKeys(
    useCallback(
      (key) => {
        if (key === 'l') setLive(!live)
        return key === 'l'
      },
      [live, setLive],
    ),
  )
  const isEmpty = !list.isLoading && list.rows.length === 0
  return (
    <div className="flex flex-col gap-4">
      <PageTitle title="Executions" />
      <FilterBar fields={fields} search={search} onSearch={onSearch}>
        <LiveSwitch live={live} onChange={setLive} />
      </FilterBar>
      <div className="relative overflow-hidden rounded-md border border-line bg-surface">
        <PendingPill pending={list.pending} more={list.more} onShow={list.release} />
        {list.error ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : isEmpty ? (
          <NoExecutions filtered={isFiltered(fields, search)} onClear={() => onSearch({})} />
        ) : (
          <DataTable
            dense
            label="Executions"
            columns={columns}
            rows={list.rows}
            keyOf={keyOf}
            loading={list.isLoading}
            dimmed={list.isRefreshing}
            onReading={list.setReading}
            onOpen={(row) => void navigate({ to: '/executions/$id', params: { id: row.id } })}
          />
        )}
        {!list.error && !isEmpty && <Pager {...list} shown={list.rows.length} noun="execution" />}
      </div>
    </div>
  )
}

function NoExecutions({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const base = useBaseUrl()
  const names = useQuery({ ...workflowNamesQuery, refetchInterval: 3000, enabled: !filtered })
  const [first] = names.data?.keys() ?? []
  if (filtered) {
    return (
      <EmptyState title="No executions match" action={<Button onClick={onClear}>Clear the filters</Button>}>
        Remove a filter above, or look further back.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No executions yet"
      command={first === undefined ? commands.createWorkflow(base) : commands.runWorkflow(base, first)}
    >
      An execution is one run of a workflow, started by a request to a source or by hand.{' '}
      {first === undefined ? 'Create a workflow first.' : 'Start one.'} It appears here by itself.
    </EmptyState>
  )
}
