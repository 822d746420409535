/** Cells the lists of events share. */
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronsUp, ChevronUp } from 'lucide-react'
import type { EventCounts, EventOrigin, EventRow } from '@/api/types'
import { formatPlural } from '@/lib/format'
import { StatusPill, ToneIcon } from '@/parts/StatusPill'

export const originWords: Record<EventOrigin, string> = {
  webhook: 'Source',
  api: 'API',
  library: 'Library',
  cli: 'CLI',
  workflow: 'Workflow',
  replay: 'Replay',
  system: 'System',
}

/** The execution a request started, or the one that published the event. */
export function executionOf({
  receipt,
  executionId,
}: Pick<EventRow, 'receipt' | 'executionId'>): string | null {
  return receipt?.executionId ?? executionId
}

/** A request shows what became of it; an event published here shows its own status. */
export function EventPill({ event }: { event: Pick<EventRow, 'receipt' | 'status'> }) {
  return event.receipt ? (
    <StatusPill of="receipt" status={event.receipt.status} />
  ) : (
    <StatusPill of="event" status={event.status} />
  )
}

export function EventTypeLink({ event }: { event: Pick<EventRow, 'id' | 'type' | 'receipt'> }) {
  return (
    <span className="inline-flex max-w-full items-center gap-2">
      <Link data-row="" to="/events/$id" params={{ id: event.id }} className="mono truncate hover:underline">
        {event.type}
      </Link>
      <span className="max-sm:hidden">
        <Unsigned event={event} />
      </span>
    </span>
  )
}

/** The type came in a header the signature does not cover. */
export function Unsigned({ event: { receipt } }: { event: Pick<EventRow, 'receipt'> }) {
  if (receipt?.eventTypeSigned !== false) return null
  return (
    <span
      className="rounded-sm border border-line px-1 text-xs text-faint"
      title="The type was read from a header the signature does not cover"
    >
      unsigned
    </span>
  )
}

/** `2 of 3` with what still runs and what failed. */
export function DeliveryTally({ counts }: { counts: EventCounts }) {
  const { deliveries, delivered, exhausted } = counts
  if (deliveries === 0) return <span className="text-faint">none</span>
  const open = deliveries - delivered - exhausted
  return (
    <span
      className="inline-flex items-center gap-2 figures"
      title={`${formatPlural(deliveries, 'delivery', 'deliveries')}: ${delivered} delivered, ${exhausted} exhausted, ${open} open`}
    >
      {delivered > 0 && <Tally tone="ok" word="delivered" value={delivered} />}
      {exhausted > 0 && <Tally tone="bad" word="exhausted" value={exhausted} />}
      {open > 0 && <Tally tone="hollow" word="open" value={open} />}
    </span>
  )
}

const tallyText = { ok: 'text-ok', bad: 'text-bad', hollow: 'text-off' } as const

function Tally({ tone, word, value }: { tone: 'ok' | 'bad' | 'hollow'; word: string; value: number }) {
  return (
    <span className={`inline-flex items-center gap-1 ${tallyText[tone]}`}>
      <ToneIcon tone={tone} />
      {value}
      <span className="sr-only">{word}</span>
    </span>
  )
}

const priorities = {
  3: { word: 'Critical', icon: ChevronsUp, tone: 'text-bad' },
  2: { word: 'High', icon: ChevronUp, tone: 'text-warn' },
  0: { word: 'Low', icon: ChevronDown, tone: 'text-off' },
} as const

export function Priority({ value }: { value: number }) {
  if (value !== 0 && value !== 2 && value !== 3) return <span>Normal</span>
  const { word, icon: Icon, tone } = priorities[value]
  return (
    <span className={`inline-flex items-center gap-1 ${tone}`}>
      <Icon aria-hidden="true" className="size-4" strokeWidth={1.75} />
      {word}
    </span>
  )
}
