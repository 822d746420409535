/** Every attempt of a delivery, oldest first, with what was sent and what came back. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useState } from 'react'
import { attemptsQuery, deliveryBodyQuery } from '@/api/deliveries'
import type { Attempt, Delivery } from '@/api/types'
import { decodeText } from '@/lib/bytes'
import { BodyView } from '@/parts/BodyView'
import { HttpExchange, headerPairs } from '@/parts/HttpExchange'
import { HttpCode, StatusPill } from '@/parts/StatusPill'
import { ErrorState, Skeleton } from '@/parts/states'
import { Duration, TimeText } from '@/parts/values'

export function Attempts({ delivery }: { delivery: Delivery }) {
  const attempts = useQuery(attemptsQuery(delivery.id))
  const [chosen, setChosen] = useState<number | null>(null)
  if (attempts.error) return <ErrorState error={attempts.error} onRetry={() => void attempts.refetch()} />
  if (attempts.data === undefined) return <Skeleton />
  const rows = attempts.data.data
  const shown = rows.find(({ number }) => number === chosen) ?? rows.at(-1)
  if (shown === undefined) return <p className="border-t border-line px-4 py-3 text-muted">No attempt yet.</p>
  return (
    <div className="border-t border-line">
      <div className="flex gap-1 overflow-x-auto border-b border-line px-4 py-2">
        {rows.map((attempt) => (
          <AttemptButton
            key={attempt.id}
            attempt={attempt}
            chosen={attempt === shown}
            onChoose={() => setChosen(attempt.number)}
          />
        ))}
      </div>
      <AttemptExchange attempt={shown} deliveryId={delivery.id} />
    </div>
  )
}

const triggerWords: Record<Attempt['trigger'], string> = {
  automatic: 'on schedule',
  manual: 'by hand',
  resume: 'on resume',
  probe: 'as a probe',
}

function AttemptButton({
  attempt,
  chosen,
  onChoose,
}: {
  attempt: Attempt
  chosen: boolean
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={clsx(
        'calm flex shrink-0 items-center gap-2 rounded-md border px-2 py-1 text-left',
        chosen ? 'border-accent bg-accent-tint' : 'border-transparent hover:bg-off-tint',
      )}
    >
      <span className="text-muted figures">{`#${attempt.number}`}</span>
      <StatusPill of="attempt" status={attempt.outcome} />
      {attempt.statusCode !== null && <HttpCode code={attempt.statusCode} />}
    </button>
  )
}

function AttemptExchange({ attempt, deliveryId }: { attempt: Attempt; deliveryId: string }) {
  const body = useQuery(deliveryBodyQuery(deliveryId))
  const { request, response } = attempt
  const sent = headerPairs(request?.headers ?? [])
  const contentType = sent.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="flex flex-wrap gap-x-4 text-muted">
        <span>
          {triggerWords[attempt.trigger] ?? attempt.trigger}, <TimeText at={attempt.startedAt} />
        </span>
        <span>
          took <Duration ms={attempt.durationMs} />
        </span>
      </p>
      <HttpExchange
        request={{
          method: request?.method ?? 'POST',
          url: request?.url ?? '',
          headers: sent,
          bodyText: body.data ? decodeText(body.data) : null,
          body: body.data && <BodyView bytes={body.data} contentType={contentType} label="Request body" />,
        }}
        answer={{
          status: attempt.statusCode,
          durationMs: attempt.durationMs,
          timings: attempt.timings,
          error: attempt.error,
          ...(response ? { headers: response.headers, body: <ResponseBody response={response} /> } : {}),
        }}
      />
    </div>
  )
}

function ResponseBody({ response }: { response: NonNullable<Attempt['response']> }) {
  const contentType =
    headerPairs(response.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null
  if (!response.body) return <p className="text-muted">The response has no body.</p>
  return (
    <>
      <BodyView
        bytes={new TextEncoder().encode(response.body)}
        contentType={contentType}
        label="Response body"
      />
      {response.truncated && (
        <p className="text-xs text-muted">Only the beginning of the response is kept.</p>
      )}
    </>
  )
}
