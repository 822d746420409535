/** The shapes the dashboard reads, under its own names; all come from the generated client. */
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']

type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never

export type EventQuery = QueryOf<'/api/v1/events'>
export type ExecutionQuery = QueryOf<'/api/v1/executions'>

/** Headers in order, as pairs; the typed client reads tuples as plain lists. */
export type HeaderList = readonly (readonly string[])[]
type WithHeaders<Shape> = Omit<Shape, 'headers'> & { headers: HeaderList }

export type EventRow = Schemas['EventSummary']
export type EventDetail = Schemas['Event']
export type EventCounts = Schemas['EventCounted']
export type Receipt = Schemas['Receipt']
export type StoredRequest = WithHeaders<Schemas['InboundRequestShape']>
export type Delivery = Schemas['DeliverySummary']
export type Attempt = Omit<Schemas['Attempt'], 'request' | 'response'> & {
  request: WithHeaders<Schemas['AttemptRequest']> | null
  response: WithHeaders<Schemas['AttemptResponse']> | null
}
export type AttemptTimings = Schemas['AttemptTimings']
export type ExecutionRow = Schemas['ExecutionSummary']
export type ExecutionDetail = Schemas['Execution']
export type Step = Schemas['ExecutionStep']
export type Failure = Schemas['ExecutionError']
export type Stats = Schemas['StatsAnswer']
export type StatsPoint = Schemas['StatsStep']

export type EventOrigin = EventRow['origin']
export type EventStatus = EventRow['status']
/** `rejected` is the word of the log of refused requests, which never became events. */
export type ReceiptStatus = Receipt['status'] | 'rejected'
export type DeliveryStatus = Delivery['status']
export type Outcome = Attempt['outcome']
export type ExecutionStatus = ExecutionRow['status']
export type StepStatus = Step['status']
export type StatsWindow = NonNullable<QueryOf<'/api/v1/stats'>['window']>

/** One page of a list by cursor. */
export interface Page<Row> {
  data: Row[]
  hasMore: boolean
  nextCursor: string | null
  prevCursor: string | null
  /** The start of a relative range, kept by the dashboard for the pages that follow. */
  since?: string | undefined
}

/** What enrichment keeps of a request; every member can be switched off. */
export interface ReceiptMetadata {
  sourceIp?: string | null
  userAgent?: string | null
  receivedAt?: string | null
  timing?: { readMs?: number; verifyMs?: number; filterMs?: number; storeMs?: number } | null
}

/** The API types metadata as open; these are the members it has. */
export function metadataOf(receipt: Receipt): ReceiptMetadata {
  return receipt.metadata as ReceiptMetadata
}
