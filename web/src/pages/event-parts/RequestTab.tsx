/** The request as it came in, and the answer it got. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { eventRequestQuery } from '@/api/events'
import type { EventDetail, StoredRequest } from '@/api/types'
import { decodeBase64, decodeText } from '@/lib/bytes'
import { useBaseUrl } from '@/lib/commands'
import { stringifySearch } from '@/lib/search-string'
import { BodyView } from '@/parts/BodyView'
import { HttpExchange, headerPairs } from '@/parts/HttpExchange'
import { Panel } from '@/parts/Panel'
import { ErrorState, Skeleton } from '@/parts/states'

export function RequestTab({ event }: { event: EventDetail }) {
  const request = useQuery(eventRequestQuery(event.id))
  return (
    <Panel>
      {request.error ? (
        <ErrorState error={request.error} onRetry={() => void request.refetch()} />
      ) : request.data ? (
        <Exchange event={event} request={request.data} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Panel>
  )
}

function queryText(query: StoredRequest['query']): string {
  if (query === null || query === '') return ''
  return typeof query === 'string' ? `?${query.replace(/^\?/, '')}` : stringifySearch(query)
}

function Exchange({ event: { receipt }, request }: { event: EventDetail; request: StoredRequest }) {
  const base = useBaseUrl()
  const bytes = useMemo(() => decodeBase64(request.bodyBase64 ?? ''), [request.bodyBase64])
  const headers = headerPairs(request.headers)
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  return (
    <HttpExchange
      request={{
        method: request.method,
        url: `${base}${request.path}${queryText(request.query)}`,
        headers,
        bodyText: decodeText(bytes),
        body: <BodyView bytes={bytes} contentType={contentType} label="Request body" />,
      }}
      answer={{
        status: receipt?.responseStatus ?? null,
        durationMs: receipt?.processingTimeMs ?? null,
        error: receipt?.errorMessage ?? receipt?.filteredReason ?? null,
      }}
    />
  )
}
