/** The bytes of the event beside what is known of it. */
import { useQuery } from '@tanstack/react-query'
import { eventPayloadQuery, payloadPath } from '@/api/events'
import { type EventDetail, metadataOf, type Receipt } from '@/api/types'
import { apiRoot } from '@/lib/base'
import { BodyView } from '@/parts/BodyView'
import { Fact, Facts, Panel } from '@/parts/Panel'
import { ErrorState, Skeleton } from '@/parts/states'
import { Duration, Id, TimeText } from '@/parts/values'
import { executionOf, originWords, Priority } from './cells'

export function OverviewTab({ event }: { event: EventDetail }) {
  return (
    <div className="grid items-start gap-6 xl:grid-cols-3">
      <Panel title="Data" className="xl:col-span-2">
        <Payload event={event} />
      </Panel>
      <div className="flex flex-col gap-6">
        <About event={event} />
        {event.receipt && <Arrival receipt={event.receipt} />}
        {event.metadata && Object.keys(event.metadata).length > 0 && <Metadata metadata={event.metadata} />}
      </div>
    </div>
  )
}

function Payload({ event }: { event: EventDetail }) {
  const payload = useQuery(eventPayloadQuery(event.id))
  if (event.status === 'expunged')
    return <p className="text-muted">The content was erased on request. What happened to it is kept.</p>
  if (payload.error) return <ErrorState error={payload.error} onRetry={() => void payload.refetch()} />
  if (payload.data === undefined) return <Skeleton lines={6} />
  return (
    <BodyView
      bytes={payload.data}
      contentType={event.dataContentType}
      label="Event data"
      href={`${apiRoot()}${payloadPath(event.id)}`}
    />
  )
}

function About({ event }: { event: EventDetail }) {
  const executionId = executionOf(event)
  const others = event.names.filter((name) => name !== event.type)
  return (
    <Panel title="About">
      <Facts>
        <Fact name="Origin">{originWords[event.origin] ?? event.origin}</Fact>
        {others.length > 0 && (
          <Fact name="Also named">
            {others.map((name) => (
              <code key={name} className="mono block wrap-anywhere">
                {name}
              </code>
            ))}
          </Fact>
        )}
        {event.subject && (
          <Fact name="Subject">
            <code className="mono wrap-anywhere">{event.subject}</code>
          </Fact>
        )}
        <Fact name="Priority">
          <Priority value={event.priority} />
        </Fact>
        {event.orderingKey && (
          <Fact name="Ordering key">
            <code className="mono wrap-anywhere">{event.orderingKey}</code>
          </Fact>
        )}
        {event.webhookId && (
          <Fact name="Source">
            <Id id={event.webhookId} name="source id" />
          </Fact>
        )}
        {executionId && (
          <Fact name="Execution">
            <Id id={executionId} name="execution id" to="/executions/$id" />
          </Fact>
        )}
        {event.sourceEventId && (
          <Fact name="Replay of">
            <Id id={event.sourceEventId} name="event id" to="/events/$id" />
          </Fact>
        )}
        {event.occurredAt && (
          <Fact name="Occurred">
            <TimeText at={event.occurredAt} />
          </Fact>
        )}
        <Fact name="Stored">
          <TimeText at={event.createdAt} />
        </Fact>
        {event.traceId && (
          <Fact name="Trace">
            <Id id={event.traceId} name="trace id" />
          </Fact>
        )}
      </Facts>
    </Panel>
  )
}

function Arrival({ receipt }: { receipt: Receipt }) {
  const { sourceIp, userAgent, timing } = metadataOf(receipt)
  return (
    <Panel title="Arrival">
      <Facts>
        {sourceIp && (
          <Fact name="From">
            <code className="mono">{sourceIp}</code>
          </Fact>
        )}
        {userAgent && (
          <Fact name="Sender">
            <span className="wrap-anywhere">{userAgent}</span>
          </Fact>
        )}
        <Fact name="Took">
          <Duration ms={receipt.processingTimeMs} />
        </Fact>
        {timing && (
          <Fact name="Of that">
            <span className="text-muted figures">{`read ${timing.readMs ?? 0}, verify ${timing.verifyMs ?? 0}, filter ${timing.filterMs ?? 0}, store ${timing.storeMs ?? 0} ms`}</span>
          </Fact>
        )}
        {receipt.duplicateCount > 0 && <Fact name="Duplicates">{receipt.duplicateCount}</Fact>}
      </Facts>
    </Panel>
  )
}

function Metadata({ metadata }: { metadata: { [key: string]: unknown } }) {
  return (
    <Panel title="Metadata">
      <Facts>
        {Object.entries(metadata).map(([name, value]) => (
          <Fact key={name} name={name}>
            <code className="mono wrap-anywhere">
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </code>
          </Fact>
        ))}
      </Facts>
    </Panel>
  )
}
