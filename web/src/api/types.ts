/** The shapes the dashboard reads, as the public contract prints them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type ReceiptStatus = 'received' | 'processed' | 'filtered' | 'failed' | 'held' | 'rejected'
export type EventStatus = 'stored' | 'scheduled' | 'cancelled' | 'expunged'
export type EventOrigin = 'webhook' | 'api' | 'library' | 'cli' | 'workflow' | 'replay' | 'system'
export type DeliveryStatus = 'pending' | 'sending' | 'delivered' | 'exhausted' | 'cancelled' | 'held'
export type ExecutionStatus = 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled'
export type StepStatus = ExecutionStatus | 'skipped'
export type StatsWindow = '1h' | '24h' | '7d' | '30d'
export type Outcome =
  | 'delivered'
  | 'http_error'
  | 'redirect'
  | 'timeout'
  | 'dns_error'
  | 'connect_error'
  | 'tls_error'
  | 'protocol_error'
  | 'blocked'
  | 'unknown'

export interface Page<Row> {
  data: Row[]
  hasMore: boolean
  nextCursor: string | null
  prevCursor: string | null
  total?: number
  /** The start of a relative range, kept by the dashboard for the pages that follow. */
  since?: string | undefined
}

export interface Receipt {
  webhookId: string
  requestMethod: string
  requestPath: string
  responseStatus: number | null
  processingTimeMs: number | null
  status: ReceiptStatus
  errorMessage?: string | null
  errorCode?: string | null
  filteredReason?: string | null
  eventTypeSigned?: boolean
  duplicateCount?: number
  bodySize?: number
  metadata?: ReceiptMetadata | null
}

export interface ReceiptMetadata {
  sourceIp?: string | null
  userAgent?: string | null
  receivedAt?: string | null
  contentType?: string | null
  timing?: { readMs?: number; verifyMs?: number; filterMs?: number; storeMs?: number } | null
}

export interface EventCounts {
  deliveries: number
  delivered: number
  exhausted: number
  executions: number
}

export interface EventRow {
  id: string
  type: string
  names: string[]
  origin: EventOrigin
  webhookId: string | null
  workflowId: string | null
  executionId: string | null
  subject: string | null
  priority: number
  status: EventStatus
  dataSize: number
  dataContentType: string
  createdAt: string
  occurredAt: string | null
  counts: EventCounts
  receipt: Receipt | null
}

export interface EventDetail extends EventRow {
  data?: Json
  metadata?: { [key: string]: Json } | null
  traceId?: string | null
  orderingKey?: string | null
  sourceEventId?: string | null
  rootEventId?: string | null
  replayCount?: number
  test?: boolean
}

export interface StoredRequest {
  method: string
  path: string
  query: string | { [key: string]: Json } | null
  headers: string[][]
  bodyBase64: string | null
}

export interface Delivery {
  id: string
  eventId: string
  eventType: string
  deliveredName: string
  endpointId: string
  url: string
  profile: string
  status: DeliveryStatus
  statusReason: string | null
  attempts: number
  maxAttempts: number
  nextAttemptAt: string | null
  lastAttemptAt: string | null
  lastStatusCode: number | null
  lastError: string | null
  priority: number
  createdAt: string
  completedAt: string | null
}

export interface AttemptTimings {
  dnsMs?: number | null
  connectMs?: number | null
  tlsMs?: number | null
  waitMs?: number | null
}

export type HeaderList = string[][] | { [name: string]: string }

export interface Attempt {
  id: string
  deliveryId: string
  number: number
  trigger: 'automatic' | 'manual' | 'resume' | 'probe'
  outcome: Outcome
  statusCode: number | null
  durationMs: number | null
  timings: AttemptTimings | null
  request: { method: string; url: string; headers: HeaderList } | null
  response: { headers: HeaderList; body: string | null; truncated: boolean } | null
  error: string | null
  errorCode: string | null
  startedAt: string
  finishedAt: string | null
}

export interface ExecutionRow {
  id: string
  workflowId: string
  workflowVersion: number
  status: ExecutionStatus
  triggerType: 'webhook' | 'webhook_replay' | 'event' | 'schedule' | 'manual'
  triggerEventId: string | null
  priority: number
  startedAt: string | null
  completedAt: string | null
  durationMs: number | null
  createdAt: string
}

export interface Failure {
  code?: string
  message?: string
  stepId?: string | null
}

export interface ExecutionDetail extends ExecutionRow {
  input?: Json
  output?: Json
  error?: Failure | string | null
}

export interface Step {
  id: string
  stepId: string
  name: string | null
  kind: string
  status: StepStatus
  attempt?: number | null
  attempts?: number | Json[] | null
  startedAt: string | null
  completedAt: string | null
  durationMs: number | null
  input?: Json
  output?: Json
  error?: Failure | string | null
}

export interface StatsPoint {
  at: string
  received: number
  delivered: number
  failed: number
}

export interface Quantiles {
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface Stats {
  from: string
  to: string
  bucketMs: number
  totals: Record<StatsTotal, number>
  latencyMs: { accept: Quantiles; firstAttempt: Quantiles; attempt: Quantiles }
  series: StatsPoint[]
  queues: { priority: number; depth: number; oldestMs: number | null }[]
}

export type StatsTotal =
  | 'received'
  | 'processed'
  | 'filtered'
  | 'failed'
  | 'rejected'
  | 'published'
  | 'delivered'
  | 'attempts'
  | 'failedAttempts'
  | 'exhausted'
  | 'executionsCompleted'
  | 'executionsFailed'

export interface Me {
  username: string
  roles: string[]
  tenantId: string
  scopes: string[]
}

export interface Meta {
  version?: string
  baseUrl?: string
  retention?: { [kind: string]: Json } | null
}
