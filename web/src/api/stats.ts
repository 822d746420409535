/** Counters of a range, what the instance says of itself, and how far a new one is set up. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body } from './client'
import { setupKeys, statsKeys } from './keys'
import type { StatsWindow } from './types'

export function statsQuery(window: StatsWindow) {
  return queryOptions({
    queryKey: statsKeys.window(window),
    queryFn: ({ signal }) => body(api.GET('/api/v1/stats', { params: { query: { window } }, signal })),
    placeholderData: keepPreviousData,
  })
}

export const metaQuery = queryOptions({
  queryKey: ['meta'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/meta', { signal })),
  staleTime: 300_000,
  retry: false,
})

/** No frame tells of a new source or endpoint, so the first one is asked for until it is there. */
export function untilFirst(query: { state: { data: { data: unknown[] } | undefined } }): number | false {
  return query.state.data?.data.length ? false : 3000
}

export const firstSourceQuery = queryOptions({
  queryKey: setupKeys.sources,
  queryFn: ({ signal }) => body(api.GET('/api/v1/webhooks', { params: { query: { limit: 1 } }, signal })),
  refetchInterval: untilFirst,
  retry: false,
})

export const firstEndpointQuery = queryOptions({
  queryKey: setupKeys.endpoints,
  queryFn: ({ signal }) => body(api.GET('/api/v1/endpoints', { params: { query: { limit: 1 } }, signal })),
  refetchInterval: untilFirst,
  retry: false,
})

export const firstDeliveryQuery = queryOptions({
  queryKey: setupKeys.delivery,
  queryFn: ({ signal }) =>
    body(api.GET('/api/v1/deliveries', { params: { query: { limit: 1, status: ['delivered'] } }, signal })),
  refetchInterval: untilFirst,
  retry: false,
})
