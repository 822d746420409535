/** What happened to a thing, in order, with the time between; what is still to come is dotted. */
import { clsx } from 'clsx'
import { formatDuration } from '@/lib/format'
import { ToneIcon } from './StatusPill'
import type { Tone } from './status'
import { toneText, toneTint } from './status'
import { TimeText } from './values'

export interface LifePoint {
  word: string
  tone: Tone
  at?: string | null
  /** Time since the point before. */
  afterMs?: number | null | undefined
  note?: string | undefined
  future?: boolean
}

export function Lifeline({ points }: { points: LifePoint[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label="Life line" tabIndex={0} className="overflow-x-auto ring-inside">
      <ol className="flex min-w-max px-4 py-4">
        {points.map((point, index) => (
          <Point key={point.word} point={point} last={index === points.length - 1} next={points[index + 1]} />
        ))}
      </ol>
    </section>
  )
}

function Point({ point, last, next }: { point: LifePoint; last: boolean; next: LifePoint | undefined }) {
  const { word, tone, at, note, future = false } = point
  return (
    <li className={clsx('flex flex-col gap-1', !last && 'min-w-field flex-1')}>
      <div className="flex items-center">
        <span
          className={clsx(
            'inline-flex size-pill shrink-0 items-center justify-center rounded-full',
            future ? 'border border-dashed border-line-strong text-off' : [toneText[tone], toneTint[tone]],
          )}
        >
          <ToneIcon tone={tone} />
        </span>
        {!last && (
          <span aria-hidden="true" className="mx-2 flex flex-1 items-center gap-2">
            <span
              className={clsx(
                'h-0 flex-1 border-t',
                next?.future ? 'border-dashed border-line-strong' : 'border-line-strong',
              )}
            />
            {next?.afterMs !== null && next?.afterMs !== undefined && (
              <>
                <span className="text-xs text-faint figures">{formatDuration(next.afterMs)}</span>
                <span
                  className={clsx(
                    'h-0 flex-1 border-t',
                    next.future ? 'border-dashed border-line-strong' : 'border-line-strong',
                  )}
                />
              </>
            )}
          </span>
        )}
      </div>
      <span className={clsx('pr-4 font-medium', future && 'text-muted')}>{word}</span>
      <span className="pr-4 text-xs text-muted">
        {note ?? (at ? <TimeText at={at} future={future} /> : '\u00a0')}
      </span>
    </li>
  )
}
