/** The columns and filters of the two views of the log. */
import type { EventRow } from '@/api/types'
import type { Column } from '@/parts/DataTable'
import type { FilterField } from '@/parts/FilterBar'
import { HttpCode } from '@/parts/StatusPill'
import { deliveryLooks, type Look, receiptLooks } from '@/parts/status'
import { Bytes, Duration, Id, TimeText } from '@/parts/values'
import { DeliveryTally, EventPill, EventTypeLink, executionOf, originWords } from './cells'

const type: Column<EventRow> = {
  id: 'type',
  head: 'Type',
  grow: true,
  cell: (row) => <EventTypeLink event={row} />,
}
const status: Column<EventRow> = { id: 'status', head: 'Status', cell: (row) => <EventPill event={row} /> }
const deliveries: Column<EventRow> = {
  id: 'deliveries',
  head: 'Deliveries',
  wideOnly: true,
  cell: (row) => <DeliveryTally counts={row.counts} />,
}
const id: Column<EventRow> = {
  id: 'id',
  head: 'Id',
  wideOnly: true,
  cell: (row) => <Id id={row.id} name="event id" />,
}
const time: Column<EventRow> = {
  id: 'at',
  head: 'Time',
  align: 'right',
  cell: (row) => <TimeText at={row.createdAt} />,
}

export const eventColumns: Column<EventRow>[] = [
  type,
  status,
  {
    id: 'origin',
    head: 'Origin',
    wideOnly: true,
    cell: (row) => <span className="text-muted">{originWords[row.origin] ?? row.origin}</span>,
  },
  { id: 'subject', head: 'Subject', wideOnly: true, cell: (row) => <Subject value={row.subject} /> },
  deliveries,
  { id: 'size', head: 'Size', wideOnly: true, align: 'right', cell: (row) => <Bytes value={row.dataSize} /> },
  id,
  time,
]

export const requestColumns: Column<EventRow>[] = [
  type,
  status,
  { id: 'request', head: 'Request', wideOnly: true, cell: (row) => <RequestLine event={row} /> },
  {
    id: 'code',
    head: 'Answer',
    wideOnly: true,
    align: 'right',
    cell: (row) => <HttpCode code={row.receipt?.responseStatus ?? null} />,
  },
  {
    id: 'took',
    head: 'Took',
    wideOnly: true,
    align: 'right',
    cell: (row) => <Duration ms={row.receipt?.processingTimeMs} />,
  },
  deliveries,
  {
    id: 'execution',
    head: 'Execution',
    wideOnly: true,
    cell: (row) => <Id id={executionOf(row)} name="execution id" to="/executions/$id" />,
  },
  time,
]

function Subject({ value }: { value: string | null }) {
  if (!value) return <span className="text-faint">–</span>
  return (
    <span className="mono inline-block max-w-field truncate align-bottom" title={value}>
      {value}
    </span>
  )
}

function RequestLine({ event: { receipt } }: { event: EventRow }) {
  if (receipt === null) return <span className="text-faint">–</span>
  const path = receipt.requestPath.replace(/^.*\/api\/v1\/webhooks\//, '…/')
  return (
    <span
      className="mono inline-block max-w-field truncate 2xl:max-w-cell align-bottom"
      title={`${receipt.requestMethod} ${receipt.requestPath}`}
    >
      <span className="text-muted">{receipt.requestMethod}</span> {path}
    </span>
  )
}

export const choicesOf = (looks: Record<string, Look>, without: string[] = []) =>
  Object.entries(looks)
    .filter(([value]) => !without.includes(value))
    .map(([value, { word }]) => ({ value, word }))

const origins = Object.entries(originWords).map(([value, word]) => ({ value, word }))

const shared: FilterField[] = [
  { name: 'status', label: 'Request status', choices: choicesOf(receiptLooks, ['rejected']) },
  { name: 'deliveryStatus', label: 'Delivery status', choices: choicesOf(deliveryLooks) },
  {
    name: 'priority',
    label: 'Priority',
    single: true,
    choices: [
      { value: '3', word: 'Critical' },
      { value: '2', word: 'High' },
      { value: '1', word: 'Normal' },
      { value: '0', word: 'Low' },
    ],
  },
  { name: 'webhookId', label: 'Source id', placeholder: '0196f4b0-…' },
]

/** Requests all come from sources, so their origin is no question. */
export function eventFields(isRequests: boolean): FilterField[] {
  return isRequests ? shared : [...shared, { name: 'origin', label: 'Origin', choices: origins }]
}
