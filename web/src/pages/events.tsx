/** The log: every request that came in and every fact that was published, newest first, live. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { useCallback } from 'react'
import { eventListQuery } from '@/api/events'
import type { EventRow } from '@/api/types'
import type { Search } from '@/lib/search-string'
import { useKeys } from '@/lib/shortcuts'
import { useListQuery, withFilters } from '@/lib/use-list-query'
import { DataTable } from '@/parts/DataTable'
import { FilterBar, isFiltered } from '@/parts/FilterBar'
import { LiveSwitch, PendingPill } from '@/parts/LivePill'
import { Pager } from '@/parts/Pager'
import { PageTitle } from '@/parts/PageTitle'
import { ErrorState } from '@/parts/states'
import { eventColumns, eventFields, requestColumns } from './event-parts/columns'
import { NoEvents } from './event-parts/NoEvents'

const keyOf = (row: EventRow) => row.id

export default function EventsPage() {
  const search = useSearch({ from: '/shell/events' })
  const navigate = useNavigate()
  const onSearch = useCallback((next: Search) => void navigate({ to: '/events', search: next }), [navigate])
  const list = useListQuery({ query: eventListQuery(search), search, keyOf, onSearch })
  const isRequests = search.view === 'requests'
  const { live, setLive } = list
  useKeys(
    useCallback(
      (key) => {
        if (key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus()
        if (key === 'l') setLive(!live)
        return key === '/' || key === 'l'
      },
      [live, setLive],
    ),
  )
  const isEmpty = !list.isLoading && list.rows.length === 0
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-center gap-4">
        <PageTitle title="Events" />
        <ViewSwitch search={search} />
      </header>
      <FilterBar
        fields={eventFields(isRequests)}
        search={search}
        onSearch={onSearch}
        text={{ name: 'type', placeholder: 'Type, such as invoice.*', label: 'Type' }}
      >
        <LiveSwitch live={live} onChange={setLive} />
      </FilterBar>
      <div className="relative overflow-hidden rounded-md border border-line bg-surface">
        <PendingPill pending={list.pending} more={list.more} onShow={list.release} />
        {list.error ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : isEmpty ? (
          <NoEvents
            search={search}
            filtered={isFiltered(eventFields(isRequests), search, 'type')}
            onSearch={onSearch}
          />
        ) : (
          <DataTable
            dense
            label={isRequests ? 'Requests' : 'Events'}
            columns={isRequests ? requestColumns : eventColumns}
            rows={list.rows}
            keyOf={keyOf}
            loading={list.isLoading}
            dimmed={list.isRefreshing}
            onReading={list.setReading}
            onOpen={(row) => void navigate({ to: '/events/$id', params: { id: row.id } })}
          />
        )}
        {!list.error && !isEmpty && (
          <Pager {...list} shown={list.rows.length} noun={isRequests ? 'request' : 'event'} />
        )}
      </div>
    </div>
  )
}

function ViewSwitch({ search }: { search: Search }) {
  const views = [
    { word: 'All events', view: undefined },
    { word: 'Requests', view: 'requests' },
  ]
  return (
    <nav aria-label="View" className="flex rounded-md border border-line bg-sunken p-px">
      {views.map(({ word, view }) => (
        <Link
          key={word}
          to="/events"
          search={withFilters(search, { view, origin: undefined })}
          aria-current={search.view === view ? 'true' : undefined}
          className={clsx(
            'calm inline-flex h-control-dense items-center rounded-sm px-3 text-sm',
            search.view === view
              ? 'bg-surface font-medium text-text shadow-low'
              : 'text-muted hover:text-text',
          )}
        >
          {word}
        </Link>
      ))}
    </nav>
  )
}
