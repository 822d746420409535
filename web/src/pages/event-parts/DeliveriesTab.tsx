/** Who was told of the event, how often it was tried, and what came back. */
import type { UseQueryResult } from '@tanstack/react-query'
import { ChevronRight, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useRetryDelivery } from '@/api/deliveries'
import type { Delivery, EventDetail, Page } from '@/api/types'
import { formatPlural } from '@/lib/format'
import { announce } from '@/parts/announce'
import { Button } from '@/parts/Button'
import { Panel } from '@/parts/Panel'
import { HttpCode, StatusPill } from '@/parts/StatusPill'
import { ErrorState, Skeleton } from '@/parts/states'
import { TimeText } from '@/parts/values'
import { Attempts } from './Attempts'

interface DeliveriesTabProps {
  event: EventDetail
  deliveries: UseQueryResult<Page<Delivery>>
}

export function DeliveriesTab({ event, deliveries }: DeliveriesTabProps) {
  if (deliveries.error) {
    return (
      <Panel>
        <ErrorState error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      </Panel>
    )
  }
  if (deliveries.data === undefined) return <Skeleton />
  const rows = deliveries.data.data
  if (rows.length === 0) {
    return (
      <Panel>
        <p className="text-muted">No endpoint wants this event, so nothing is sent.</p>
      </Panel>
    )
  }
  return (
    <ul className="flex flex-col gap-4">
      {rows.map((delivery) => (
        <li key={delivery.id}>
          <DeliveryCard eventId={event.id} delivery={delivery} open={rows.length === 1} />
        </li>
      ))}
    </ul>
  )
}

function DeliveryCard({
  eventId,
  delivery,
  open: first,
}: {
  eventId: string
  delivery: Delivery
  open: boolean
}) {
  const [open, setOpen] = useState(first)
  return (
    <Panel flush>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-h-control min-w-0 flex-1 items-center gap-2 rounded-sm text-left max-sm:basis-full"
        >
          <ChevronRight
            aria-hidden="true"
            className={`calm size-4 shrink-0 text-faint ${open ? 'rotate-90' : ''}`}
          />
          <span className="mono truncate">{delivery.url}</span>
        </button>
        <StatusPill of="delivery" status={delivery.status} />
        {delivery.lastStatusCode !== null && <HttpCode code={delivery.lastStatusCode} />}
        <span className="text-muted figures">{`${delivery.attempts} of ${formatPlural(delivery.maxAttempts, 'attempt')}`}</span>
        <RetryButton eventId={eventId} delivery={delivery} />
      </div>
      <Cause delivery={delivery} />
      {open && <Attempts delivery={delivery} />}
    </Panel>
  )
}

function Cause({ delivery: { status, statusReason, lastError, nextAttemptAt } }: { delivery: Delivery }) {
  const words = status === 'delivered' ? null : (lastError ?? statusReason)
  if (words === null && nextAttemptAt === null) return null
  return (
    <p className="flex flex-wrap gap-x-4 px-4 pb-2 pl-row text-muted">
      {words && <span className="wrap-anywhere">{words}</span>}
      {nextAttemptAt && (
        <span>
          next attempt <TimeText at={nextAttemptAt} future />
        </span>
      )}
    </p>
  )
}

const reachable: Delivery['status'][] = ['pending', 'exhausted', 'held', 'delivered']

function RetryButton({ eventId, delivery: { id, status } }: { eventId: string; delivery: Delivery }) {
  const retry = useRetryDelivery(eventId)
  const force = status === 'delivered'
  const send = () => retry.mutate({ id, force }, { onSuccess: () => announce('The next attempt starts now') })
  return (
    <span className="flex items-center gap-2">
      {retry.error && (
        <span role="alert" className="text-bad">
          {retry.error.message}
        </span>
      )}
      <Button icon={RotateCw} busy={retry.isPending} disabled={!reachable.includes(status)} onClick={send}>
        {force ? 'Send again' : 'Retry now'}
      </Button>
    </span>
  )
}
