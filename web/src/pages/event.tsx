/** One event: its life line, its bytes, the request that brought it, and who was told. */
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { eventDeliveriesQuery, eventQuery } from '@/api/events'
import type { EventDetail } from '@/api/types'
import { choiceOf } from '@/lib/search-string'
import { Lifeline } from '@/parts/Lifeline'
import { PageTitle } from '@/parts/PageTitle'
import { Panel } from '@/parts/Panel'
import { ErrorState, Skeleton } from '@/parts/states'
import { type Tab, Tabs } from '@/parts/Tabs'
import { Bytes, Id, TimeText } from '@/parts/values'
import { EventPill, originWords, Unsigned } from './event-parts/cells'
import { DeliveriesTab } from './event-parts/DeliveriesTab'
import { lifeOf } from './event-parts/life'
import { OverviewTab } from './event-parts/OverviewTab'
import { RequestTab } from './event-parts/RequestTab'

const tabNames = ['overview', 'request', 'deliveries'] as const
type TabName = (typeof tabNames)[number]

export default function EventPage() {
  const { id } = useParams({ from: '/shell/events/$id' })
  const event = useQuery(eventQuery(id))
  if (event.error) {
    return (
      <Panel>
        <PageTitle title="Event">Event not shown</PageTitle>
        <ErrorState error={event.error} onRetry={() => void event.refetch()} />
      </Panel>
    )
  }
  return event.data ? <EventView event={event.data} /> : <Skeleton lines={8} />
}

function EventView({ event }: { event: EventDetail }) {
  const search = useSearch({ from: '/shell/events/$id' })
  const deliveries = useQuery(eventDeliveriesQuery(event.id))
  const tab = choiceOf<TabName>(search.tab, tabNames)
  const tabs: Tab<TabName>[] = [
    { name: 'overview', word: 'Overview' },
    ...(event.receipt ? [{ name: 'request', word: 'Request' } as const] : []),
    { name: 'deliveries', word: 'Deliveries', count: event.counts.deliveries },
  ]
  return (
    <div className="flex flex-col gap-4">
      <EventHeader event={event} />
      <Panel flush>
        <Lifeline points={lifeOf(event, deliveries.data?.data ?? [])} />
      </Panel>
      <Tabs label="Parts of the event" tabs={tabs} current={tab} />
      {tab === 'overview' && <OverviewTab event={event} />}
      {tab === 'request' && <RequestTab event={event} />}
      {tab === 'deliveries' && <DeliveriesTab event={event} deliveries={deliveries} />}
    </div>
  )
}

function EventHeader({ event }: { event: EventDetail }) {
  return (
    <header className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-3">
        <PageTitle title={event.type} />
        <EventPill event={event} />
        <Unsigned event={event} />
        {event.test && <span className="rounded-sm border border-line px-1 text-xs text-muted">test</span>}
      </div>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <Id id={event.id} name="event id" full />
        <span>{originWords[event.origin] ?? event.origin}</span>
        <Bytes value={event.dataSize} />
        <TimeText at={event.createdAt} exact />
      </p>
    </header>
  )
}
