/** Every status the server knows, as a tone, an icon and a word: the only place that says how it looks. */
import { Check, Circle, Loader, type LucideIcon, Minus, TriangleAlert, X } from 'lucide-react'
import type {
  DeliveryStatus,
  EventStatus,
  ExecutionStatus,
  Outcome,
  ReceiptStatus,
  StepStatus,
} from '@/api/types'

export type Tone = 'ok' | 'busy' | 'hollow' | 'warn' | 'bad' | 'off'

export interface Look {
  tone: Tone
  word: string
}

const look = (tone: Tone, word: string): Look => ({ tone, word })

export const receiptLooks = {
  received: look('hollow', 'Received'),
  processed: look('ok', 'Processed'),
  filtered: look('off', 'Filtered'),
  failed: look('bad', 'Failed'),
  held: look('hollow', 'Held'),
  rejected: look('bad', 'Rejected'),
} satisfies Record<ReceiptStatus, Look>

export const eventLooks = {
  stored: look('ok', 'Stored'),
  scheduled: look('hollow', 'Scheduled'),
  cancelled: look('off', 'Cancelled'),
  expunged: look('off', 'Expunged'),
} satisfies Record<EventStatus, Look>

export const deliveryLooks = {
  pending: look('hollow', 'Pending'),
  sending: look('busy', 'Sending'),
  delivered: look('ok', 'Delivered'),
  exhausted: look('bad', 'Exhausted'),
  cancelled: look('off', 'Cancelled'),
  held: look('hollow', 'Held'),
} satisfies Record<DeliveryStatus, Look>

export const outcomeLooks = {
  delivered: look('ok', 'Delivered'),
  http_error: look('bad', 'HTTP error'),
  redirect: look('bad', 'Redirect'),
  timeout: look('bad', 'Timeout'),
  dns_error: look('bad', 'DNS error'),
  connect_error: look('bad', 'Connect error'),
  tls_error: look('bad', 'TLS error'),
  protocol_error: look('bad', 'Protocol error'),
  blocked: look('bad', 'Blocked'),
  unknown: look('warn', 'Unknown'),
} satisfies Record<Outcome, Look>

export const executionLooks = {
  pending: look('hollow', 'Pending'),
  running: look('busy', 'Running'),
  waiting: look('hollow', 'Waiting'),
  completed: look('ok', 'Completed'),
  failed: look('bad', 'Failed'),
  cancelled: look('off', 'Cancelled'),
} satisfies Record<ExecutionStatus, Look>

export const stepLooks = {
  ...executionLooks,
  skipped: look('off', 'Skipped'),
} satisfies Record<StepStatus, Look>

const families = {
  receipt: receiptLooks,
  event: eventLooks,
  delivery: deliveryLooks,
  attempt: outcomeLooks,
  execution: executionLooks,
  step: stepLooks,
} as const

export type Family = keyof typeof families
export type StatusOf<Of extends Family> = keyof (typeof families)[Of] & string

/** A status newer than this page keeps its word and looks neutral. */
export function lookOf<Of extends Family>(family: Of, status: StatusOf<Of>): Look {
  const table: Partial<Record<string, Look>> = families[family]
  return table[status] ?? look('off', status)
}

export const toneIcons: Record<Tone, LucideIcon> = {
  ok: Check,
  busy: Loader,
  hollow: Circle,
  warn: TriangleAlert,
  bad: X,
  off: Minus,
}

export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  busy: 'text-busy',
  hollow: 'text-off',
  warn: 'text-warn',
  bad: 'text-bad',
  off: 'text-off',
}

export const toneTint: Record<Tone, string> = {
  ok: 'bg-ok-tint',
  busy: 'bg-busy-tint',
  hollow: 'bg-off-tint',
  warn: 'bg-warn-tint',
  bad: 'bg-bad-tint',
  off: 'bg-off-tint',
}

export const toneFill: Record<Tone, string> = {
  ok: 'fill-ok-solid',
  busy: 'fill-busy-solid',
  hollow: 'fill-off-solid',
  warn: 'fill-warn-solid',
  bad: 'fill-bad-solid',
  off: 'fill-off-solid',
}
