/** Deliveries: an event owed to an endpoint, and every attempt made to pay it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, body, fetchRaw } from './client'
import { deliveryKeys, eventKeys } from './keys'

export function attemptsQuery(deliveryId: string) {
  return queryOptions({
    queryKey: deliveryKeys.attempts(deliveryId),
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/deliveries/{delivery_id}/attempts', {
          params: { path: { delivery_id: deliveryId } },
          signal,
        }),
      ),
  })
}

/** The exact bytes that were signed and sent. */
export function deliveryBodyQuery(deliveryId: string) {
  return queryOptions({
    queryKey: deliveryKeys.body(deliveryId),
    queryFn: async ({ signal }) => {
      const response = await fetchRaw(`/api/v1/deliveries/${deliveryId}/body`, signal)
      return new Uint8Array(await response.arrayBuffer())
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Tries again now: the same delivery, one attempt more. `force` also repeats a delivered one. */
export function useRetryDelivery(eventId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, force }: { id: string; force: boolean }) =>
      body(
        api.POST('/api/v1/deliveries/{delivery_id}/retry', {
          params: { path: { delivery_id: id } },
          body: { force },
        }),
      ),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: eventKeys.deliveries(eventId) }),
        client.invalidateQueries({ queryKey: eventKeys.detail(eventId) }),
        client.invalidateQueries({ queryKey: deliveryKeys.all }),
      ])
    },
  })
}
