/** The routes the dashboard calls, in the form the generated client has. */
import type {
  Attempt,
  Delivery,
  EventDetail,
  EventRow,
  ExecutionDetail,
  ExecutionRow,
  Me,
  Meta,
  Page,
  Stats,
  StatsWindow,
  StoredRequest,
} from './types'

interface Answers<Data> {
  200: { headers: Record<string, unknown>; content: { 'application/json': Data } }
}
interface Read<Data, Query = never, Path = never> {
  parameters: { query?: Query; path: Path }
  responses: Answers<Data>
}
interface Ask<Data, Query = never> {
  parameters: { query?: Query }
  responses: Answers<Data>
}
interface Act<Data, Body, Path> {
  parameters: { path: Path }
  requestBody?: { content: { 'application/json': Body } }
  responses: Answers<Data>
}
interface ById {
  id: string
}
export interface Paging {
  limit?: number
  cursor?: string
}
export interface EventQuery extends Paging {
  type?: string
  origin?: string[]
  status?: string[]
  deliveryStatus?: string[]
  webhookId?: string[]
  workflowId?: string[]
  priority?: string[]
  hasExecution?: boolean
  q?: string
  from?: string
  to?: string
}
export interface ExecutionQuery extends Paging {
  status?: string[]
  workflowId?: string[]
  triggerEventId?: string
  'createdAt[gte]'?: string
}

export interface paths {
  '/api/auth/login': {
    post: {
      parameters: { query?: { cookie?: boolean } }
      requestBody: { content: { 'application/json': { username: string; password: string } } }
      responses: Answers<{ expiresAt: string }>
    }
  }
  '/api/auth/logout': { post: { parameters: Record<string, never>; responses: Answers<undefined> } }
  '/api/v1/me': { get: Ask<Me> }
  '/api/v1/meta': { get: Ask<Meta> }
  '/api/v1/stats': { get: Ask<Stats, { window: StatsWindow }> }
  '/api/v1/events': { get: Ask<Page<EventRow>, EventQuery> }
  '/api/v1/events/{id}': { get: Read<EventDetail, never, ById> }
  '/api/v1/events/{id}/request': { get: Read<StoredRequest, never, ById> }
  '/api/v1/events/{id}/deliveries': { get: Read<Page<Delivery>, Paging, ById> }
  '/api/v1/deliveries': { get: Ask<Page<Delivery>, Paging & { status?: string[] }> }
  '/api/v1/deliveries/{id}/attempts': { get: Read<Page<Attempt>, Paging, ById> }
  '/api/v1/deliveries/{id}/retry': { post: Act<{ id: string; status: string }, { force: boolean }, ById> }
  '/api/v1/executions': { get: Ask<Page<ExecutionRow>, ExecutionQuery> }
  '/api/v1/executions/{id}': { get: Read<ExecutionDetail, never, ById> }
  '/api/v1/executions/{id}/cancel': { post: Act<ExecutionDetail, Record<string, never>, ById> }
  '/api/v1/webhooks': {
    get: Ask<
      { data: { id: string; name: string; url: string; lastTriggeredAt?: string }[] },
      { limit?: number }
    >
  }
  '/api/v1/endpoints': { get: Ask<Page<{ id: string; name: string }>, Paging> }
  '/api/v1/workflows': { get: Ask<Page<{ id: string; name: string }>, Paging> }
}
