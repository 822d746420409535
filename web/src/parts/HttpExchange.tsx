/** A request and its answer: start line, headers, body, and where the time went. */
import { clsx } from 'clsx'
import { type ReactNode, useState } from 'react'
import type { AttemptTimings, HeaderList } from '@/api/types'
import { curlOf } from '@/lib/curl'
import { formatDuration } from '@/lib/format'
import { CopyButton } from './CopyButton'
import { HttpCode } from './StatusPill'

export interface ShownRequest {
  method: string
  url: string
  headers: HeaderList
  body?: ReactNode
  /** The body as text for the curl command, when it is text. */
  bodyText?: string | null
}

export interface ShownAnswer {
  status: number | null
  headers?: HeaderList
  body?: ReactNode
  durationMs?: number | null
  timings?: AttemptTimings | null
  error?: string | null
}

export function headerPairs(headers: HeaderList): [string, string][] {
  return headers.map(([name = '', value = '']) => [name, value])
}

export function HttpExchange({
  request,
  answer,
}: {
  request: ShownRequest
  answer?: ShownAnswer | undefined
}) {
  return (
    <div className={clsx('grid gap-6', answer?.headers ? 'xl:grid-cols-2' : 'xl:grid-cols-3')}>
      <div className={clsx('min-w-0', answer && !answer.headers && 'xl:col-span-2')}>
        <RequestSide {...request} />
      </div>
      {answer && <AnswerSide {...answer} />}
    </div>
  )
}

function RequestSide({ method, url, headers, body, bodyText }: ShownRequest) {
  const pairs = headerPairs(headers)
  const curl = () => curlOf({ method, url, headers: pairs, body: bodyText ?? null })
  return (
    <section aria-label="Request" className="flex min-w-0 flex-col gap-3">
      <p aria-hidden="true" className="eyebrow">
        Request
      </p>
      <div className="flex items-start gap-2">
        <p className="mono min-w-0 flex-1 wrap-anywhere">
          <span className="font-semibold">{method}</span> {url}
        </p>
        <CopyButton text={curl} name="request as curl" label="curl" />
      </div>
      <HeaderTable pairs={pairs} label="Request headers" />
      {body}
    </section>
  )
}

function AnswerSide({ status, headers, body, durationMs, timings, error }: ShownAnswer) {
  return (
    <section aria-label="Response" className="flex min-w-0 flex-col gap-3">
      <p aria-hidden="true" className="eyebrow">
        Response
      </p>
      <div className="flex min-h-control-dense items-center gap-3">
        {status === null ? <span className="text-bad">No response</span> : <HttpCode code={status} />}
        {durationMs !== null && durationMs !== undefined && (
          <span className="text-muted figures">{formatDuration(durationMs)}</span>
        )}
      </div>
      {error && <p className="rounded-sm bg-bad-tint px-3 py-2 wrap-anywhere text-bad">{error}</p>}
      {timings && <TimingBar timings={timings} totalMs={durationMs ?? 0} />}
      {headers && <HeaderTable pairs={headerPairs(headers)} label="Response headers" />}
      {body}
    </section>
  )
}

const MANY = 8

function HeaderTable({ pairs, label }: { pairs: [string, string][]; label: string }) {
  const [wanted, setWanted] = useState('')
  if (pairs.length === 0) return null
  const shown = pairs.filter(([name, value]) =>
    `${name}: ${value}`.toLowerCase().includes(wanted.toLowerCase()),
  )
  return (
    <div className="overflow-hidden rounded-sm border border-line bg-sunken">
      {pairs.length > MANY && (
        <input
          type="search"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          aria-label={`Find in ${label.toLowerCase()}`}
          placeholder={`Find in ${pairs.length} headers`}
          className="h-control-dense w-full border-b border-line bg-transparent px-3 text-sm placeholder:text-faint"
        />
      )}
      <table className="w-full max-sm:table-fixed">
        <caption className="sr-only">{label}</caption>
        <tbody>
          {shown.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may repeat and never moves
            <tr key={index} className="align-top">
              <th
                scope="row"
                className="mono w-px py-px pl-3 text-left font-normal whitespace-nowrap text-muted max-sm:w-2/5 max-sm:wrap-anywhere max-sm:whitespace-normal"
              >
                {name}
              </th>
              <td className="mono px-3 py-px wrap-anywhere">
                {value === '***' ? <span className="text-faint">hidden</span> : value}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const phases = [
  ['dnsMs', 'DNS', 'fill-off-solid', 'bg-off-solid'],
  ['connectMs', 'Connect', 'fill-warn-solid', 'bg-warn-solid'],
  ['tlsMs', 'TLS', 'fill-busy-solid', 'bg-busy-solid'],
  ['waitMs', 'Wait', 'fill-ok-solid', 'bg-ok-solid'],
] as const

/** Where the time of one attempt went, phase by phase. */
export function TimingBar({ timings, totalMs }: { timings: AttemptTimings; totalMs: number }) {
  const known = phases.map(([name, word, fill, dot]) => ({ ms: timings[name] ?? 0, word, fill, dot }))
  const total = Math.max(
    1,
    totalMs,
    known.reduce((sum, { ms }) => sum + ms, 0),
  )
  const spent = known.filter(({ ms }) => ms > 0)
  if (spent.length === 0) return null
  const sentence = spent.map(({ word, ms }) => `${word} ${formatDuration(ms)}`).join(', ')
  let left = 0
  return (
    <div className="flex flex-col gap-1">
      <svg
        viewBox="0 0 1000 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={sentence}
        className="h-2 w-full rounded-sm bg-off-tint"
      >
        {spent.map(({ word, ms, fill }) => {
          const x = (left / total) * 1000
          left += ms
          return (
            <rect
              key={word}
              x={x}
              y={0}
              height={8}
              width={Math.max(4, (ms / total) * 1000 - 2)}
              className={fill}
            />
          )
        })}
      </svg>
      <p aria-hidden="true" className="flex flex-wrap gap-3 text-xs text-muted figures">
        {spent.map(({ word, ms, dot }) => (
          <span key={word} className="inline-flex items-center gap-1">
            <span className={clsx('size-dot rounded-full', dot)} />
            {word} {formatDuration(ms)}
          </span>
        ))}
      </p>
    </div>
  )
}
