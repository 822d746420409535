/** Events: facts that came in or were published, with the request that brought them. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { listOf, oneOf, type Search } from '@/lib/search-string'
import { sinceOf } from '@/lib/time-range'
import { api, body, fetchRaw } from './client'
import { eventKeys } from './keys'
import type { EventQuery, EventRow, Page } from './types'

export const EVENT_PAGE = 50

const repeated = ['type', 'origin', 'status', 'deliveryStatus', 'webhookId', 'workflowId'] as const

/** The query string of the page as the query of the API, which checks the words itself. */
export function eventQueryOf(search: Search, now: number): EventQuery {
  const query: Record<string, unknown> = { limit: EVENT_PAGE }
  for (const name of repeated) {
    const values = listOf(search[name])
    if (values.length > 0) query[name] = values
  }
  const priority = oneOf(search.priority)
  const cursor = oneOf(search.cursor)
  const since = oneOf(search.from) ?? sinceOf(search, now)
  const until = oneOf(search.to)
  if (priority) query.priority = priority
  if (cursor) query.cursor = cursor
  if (since) query.from = since
  if (until) query.to = until
  if (search.view === 'requests') query.origin = ['webhook']
  return query as EventQuery
}

export function eventListQuery(search: Search) {
  return queryOptions({
    queryKey: eventKeys.list(search),
    queryFn: async ({ signal }): Promise<Page<EventRow>> => {
      const query = eventQueryOf(search, Date.now())
      const page = await body(api.GET('/api/v1/events', { params: { query }, signal }))
      return { ...page, since: query.from ?? undefined }
    },
    placeholderData: keepPreviousData,
  })
}

export const recentEventsQuery = queryOptions({
  queryKey: eventKeys.list({ recent: '10' }),
  queryFn: ({ signal }) => body(api.GET('/api/v1/events', { params: { query: { limit: 10 } }, signal })),
})

export function eventQuery(id: string) {
  return queryOptions({
    queryKey: eventKeys.detail(id),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/events/{event_id}', { params: { path: { event_id: id } }, signal })),
  })
}

export function eventDeliveriesQuery(id: string) {
  return queryOptions({
    queryKey: eventKeys.deliveries(id),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/events/{event_id}/deliveries', {
          params: { path: { event_id: id }, query: { limit: 250 } },
          signal,
        }),
      ),
  })
}

export function eventRequestQuery(id: string) {
  return queryOptions({
    queryKey: eventKeys.request(id),
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/events/{event_id}/request', { params: { path: { event_id: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export const payloadPath = (id: string) => `/api/v1/events/${id}/data`

/** The exact bytes of the event; they never change, so they are read once. */
export function eventPayloadQuery(id: string) {
  return queryOptions({
    queryKey: eventKeys.payload(id),
    queryFn: async ({ signal }) => {
      const response = await fetchRaw(payloadPath(id), signal)
      return new Uint8Array(await response.arrayBuffer())
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}
