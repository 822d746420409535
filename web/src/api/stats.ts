/** Counters of a range, what the instance says of itself, and how far a new one is set up. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body } from './client'
import { setupKeys, statsKeys } from './keys'
import type { Stats, StatsWindow } from './types'

const ASK_AGAIN_MS = 3_000
const ASK_ANYWAY_MS = 15_000

/**
 * The server counts a long window only now and then and gives the kept counts in between. Counts that
 * did not move since the last answer may be older than the frame that asked for them: ask again.
 */
export function statsQuery(window: StatsWindow) {
  const queryKey = statsKeys.window(window)
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }) => {
      const before = client.getQueryData<CountedStats>(queryKey)
      const stats = await body(api.GET('/api/v1/stats', { params: { query: { window } }, signal }))
      return { ...stats, isKept: before?.to === stats.to }
    },
    refetchInterval: ({ state }) => (state.data?.isKept ? ASK_AGAIN_MS : ASK_ANYWAY_MS),
    placeholderData: keepPreviousData,
  })
}

type CountedStats = Stats & { isKept: boolean }

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
