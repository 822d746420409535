/** Steps over time: one bar a row, waiting hatched, the whole also as a table. */
import { clsx } from 'clsx'
import { formatDuration } from '@/lib/format'
import { ToneIcon } from './StatusPill'
import { type Tone, toneFill, toneText } from './status'

export interface Span {
  id: string
  name: string
  kind: string
  tone: Tone
  word: string
  /** Milliseconds from the start of the whole; `null` before it began. */
  startMs: number | null
  durationMs: number | null
  /** Waiting, not work: drawn hatched, and there is nothing to open. */
  waiting?: boolean
}

interface WaterfallProps {
  label: string
  spans: Span[]
  totalMs: number
  chosen: string | null
  onChoose: (id: string) => void
}

/** Three or four round times that divide the whole. */
export function ticksOf(totalMs: number): number[] {
  const rough = totalMs / 4
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10
  const ticks = Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step)
  return ticks.filter((ms) => ms <= totalMs * 0.88)
}

export function Waterfall({ label, spans, totalMs, chosen, onChoose }: WaterfallProps) {
  const whole = Math.max(1, totalMs)
  return (
    <div className="flex flex-col">
      <WaitHatch />
      <Axis totalMs={whole} />
      <ol aria-label={label}>
        {spans.map((span) => (
          <li key={span.id} className="border-b border-line">
            {span.waiting ? (
              <div className="flex h-row items-center gap-3 px-4">
                <SpanRow span={span} totalMs={whole} />
              </div>
            ) : (
              <button
                type="button"
                aria-pressed={span.id === chosen}
                onClick={() => onChoose(span.id)}
                className={clsx(
                  'calm ring-inside flex h-row w-full items-center gap-3 px-4 text-left',
                  span.id === chosen ? 'bg-accent-tint' : 'hover:bg-bg',
                )}
              >
                <SpanRow span={span} totalMs={whole} />
              </button>
            )}
          </li>
        ))}
      </ol>
      <TableTwin label={label} spans={spans} />
    </div>
  )
}

function SpanRow({ span, totalMs }: { span: Span; totalMs: number }) {
  return (
    <>
      <span className={clsx('shrink-0', toneText[span.tone])}>
        <ToneIcon tone={span.tone} />
      </span>
      <span className="w-label shrink-0 truncate" title={span.name}>
        {span.name}
        <span className="sr-only">{`, ${span.word}`}</span>
      </span>
      <Bar span={span} totalMs={totalMs} />
      <span className="w-12 shrink-0 text-right text-xs whitespace-nowrap text-muted figures">
        {span.durationMs === null ? '–' : formatDuration(span.durationMs)}
      </span>
    </>
  )
}

function Axis({ totalMs }: { totalMs: number }) {
  return (
    <div aria-hidden="true" className="flex h-6 gap-3 border-b border-line px-4 max-sm:hidden">
      <span className="w-3 shrink-0" />
      <span className="w-label shrink-0" />
      <span className="relative flex-1 overflow-hidden text-xs text-faint figures">
        {ticksOf(totalMs).map((ms) => (
          <span
            key={ms}
            className="absolute top-1 border-l border-line pl-1 whitespace-nowrap"
            style={{ left: `${(ms / totalMs) * 100}%` }}
          >
            {formatDuration(ms)}
          </span>
        ))}
      </span>
      <span className="w-12 shrink-0" />
    </div>
  )
}

function Bar({ span, totalMs }: { span: Span; totalMs: number }) {
  const share = (ms: number) => `${Math.min(100, (ms / totalMs) * 100)}%`
  const width = share(Math.max(totalMs / 250, span.durationMs ?? 0))
  return (
    <svg aria-hidden="true" className="h-bar min-w-0 flex-1 overflow-visible">
      <line x1="0" x2="100%" y1={6} y2={6} className="stroke-line" />
      {span.startMs !== null && (
        <rect
          x={share(span.startMs)}
          y={1}
          height={10}
          width={width}
          rx={2}
          {...(span.waiting ? { fill: 'url(#hatch-wait)' } : { className: toneFill[span.tone] })}
        />
      )}
    </svg>
  )
}

/** Defined once for all rows: waiting looks unlike work even without colour. */
function WaitHatch() {
  return (
    <svg aria-hidden="true" className="absolute size-0">
      <defs>
        <pattern
          id="hatch-wait"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1="0" y1="0" x2="0" y2="5" className="stroke-off-solid" strokeWidth="3" />
        </pattern>
      </defs>
    </svg>
  )
}

function TableTwin({ label, spans }: { label: string; spans: Span[] }) {
  return (
    <details className="px-4 py-2">
      <summary className="text-xs text-muted">View as table</summary>
      <table className="mt-2 w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="eyebrow text-left">
            <th scope="col">Step</th>
            <th scope="col">Kind</th>
            <th scope="col">Status</th>
            <th scope="col" className="text-right">
              Start
            </th>
            <th scope="col" className="text-right">
              Duration
            </th>
          </tr>
        </thead>
        <tbody className="figures">
          {spans.map((span) => (
            <tr key={span.id}>
              <th scope="row" className="text-left font-normal">
                {span.name}
              </th>
              <td>{span.kind}</td>
              <td>{span.word}</td>
              <td className="text-right">{span.startMs === null ? '–' : formatDuration(span.startMs)}</td>
              <td className="text-right">
                {span.durationMs === null ? '–' : formatDuration(span.durationMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
