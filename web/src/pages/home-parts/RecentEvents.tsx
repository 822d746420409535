/** The last ten events, as they come. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { recentEventsQuery } from '@/api/events'
import type { EventRow } from '@/api/types'
import { useHeldRows } from '@/lib/held-rows'
import { type Column, DataTable } from '@/parts/DataTable'
import { PendingPill } from '@/parts/LivePill'
import { Panel } from '@/parts/Panel'
import { ErrorState } from '@/parts/states'
import { TimeText } from '@/parts/values'
import { DeliveryTally, EventPill, EventTypeLink, originWords } from '../event-parts/cells'

const columns: Column<EventRow>[] = [
  { id: 'type', head: 'Type', grow: true, cell: (row) => <EventTypeLink event={row} /> },
  { id: 'status', head: 'Status', cell: (row) => <EventPill event={row} /> },
  { id: 'origin', head: 'Origin', wideOnly: true, cell: (row) => originWords[row.origin] ?? row.origin },
  {
    id: 'deliveries',
    head: 'Deliveries',
    wideOnly: true,
    cell: (row) => <DeliveryTally counts={row.counts} />,
  },
  { id: 'at', head: 'Time', align: 'right', cell: (row) => <TimeText at={row.createdAt} /> },
]

const keyOf = (row: EventRow) => row.id
const none: EventRow[] = []

export function RecentEvents() {
  const navigate = useNavigate()
  const [reading, setReading] = useState(false)
  const recent = useQuery(recentEventsQuery)
  const held = useHeldRows(recent.data?.data ?? none, { hold: reading, listKey: 'recent', keyOf })
  return (
    <Panel title="Last events" flush actions={<AllEvents />} className="relative">
      <PendingPill pending={held.pending} more={held.more} onShow={held.release} />
      {recent.error ? (
        <ErrorState error={recent.error} onRetry={() => void recent.refetch()} />
      ) : held.rows.length === 0 && !recent.isPending ? (
        <p className="p-4 text-muted">Nothing yet. The first event appears here by itself.</p>
      ) : (
        <DataTable
          dense
          label="Last events"
          columns={columns}
          rows={held.rows}
          keyOf={keyOf}
          loading={recent.isPending}
          onReading={setReading}
          onOpen={(row) => void navigate({ to: '/events/$id', params: { id: row.id } })}
        />
      )}
    </Panel>
  )
}

function AllEvents() {
  return (
    <Link to="/events" className="text-sm text-accent hover:underline">
      All events
    </Link>
  )
}
