/** Delivered and failed over the range as stacked bars, received as a step line above them. */
import { useState } from 'react'
import type { Stats, StatsPoint, StatsWindow } from '@/api/types'
import { formatClock, formatCount, formatDate, formatLarge } from '@/lib/format'
import { useChoice, zone } from '@/lib/theme'
import { rangeWords } from '@/lib/time-range'
import { Panel } from '@/parts/Panel'
import { Hatch, StackedBar } from '@/parts/Spark'
import { Skeleton } from '@/parts/states'

const HEIGHT = 144

/** The top of the axis: the next round number above the largest value. */
export function topOf(series: StatsPoint[]): number {
  const most = Math.max(
    1,
    ...series.map(({ received, delivered, failed }) => Math.max(received, delivered + failed)),
  )
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 4, 5, 8, 10].map((factor) => factor * power).find((top) => top >= most) ?? most
}

export function VolumeChart({ stats, window }: { stats: Stats | undefined; window: StatsWindow }) {
  return (
    <Panel title="Volume" actions={<Legend />}>
      {stats === undefined ? <Skeleton lines={5} /> : <Plot series={stats.series} window={window} />}
    </Panel>
  )
}

function Plot({ series, window }: { series: StatsPoint[]; window: StatsWindow }) {
  const [at, setAt] = useState<number | null>(null)
  const top = topOf(series)
  return (
    <figure className="flex flex-col gap-1">
      <div className="flex gap-3">
        <div
          aria-hidden="true"
          className="flex h-chart w-8 shrink-0 flex-col justify-between text-right text-xs leading-none text-faint figures"
        >
          <span>{formatLarge(top)}</span>
          <span>{top >= 2 ? formatLarge(top / 2) : ''}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <Bars series={series} window={window} top={top} at={at} onPoint={setAt} />
          <Marks series={series} window={window} at={at} />
        </div>
      </div>
      <SeriesTable series={series} window={window} />
    </figure>
  )
}

interface BarsProps {
  series: StatsPoint[]
  window: StatsWindow
  top: number
  at: number | null
  onPoint: (at: number | null) => void
}

function Bars({ series, window, top, at, onPoint }: BarsProps) {
  const slot = 100 / Math.max(1, series.length)
  return (
    <svg
      role="img"
      aria-label={sentenceOf(series, window)}
      className="h-chart w-full"
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        const share = (event.clientX - box.left) / box.width
        onPoint(Math.max(0, Math.min(series.length - 1, Math.floor(share * series.length))))
      }}
      onPointerLeave={() => onPoint(null)}
    >
      <Hatch />
      {[0.5, HEIGHT / 2, HEIGHT - 0.5].map((y) => (
        <line key={y} x1="0" x2="100%" y1={y} y2={y} className="stroke-line" />
      ))}
      {at !== null && (
        <rect x={`${at * slot}%`} y={0} width={`${slot}%`} height={HEIGHT} className="fill-off-tint" />
      )}
      {series.map((point, index) => (
        <StackedBar
          key={point.at}
          left={index * slot + slot * 0.14}
          width={slot * 0.72}
          height={HEIGHT}
          top={top}
          parts={[
            { tone: 'ok', value: point.delivered },
            { tone: 'bad', value: point.failed },
          ]}
        />
      ))}
      <svg
        aria-hidden="true"
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${series.length || 1} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        <polyline
          points={stepLine(series, top)}
          fill="none"
          className="stroke-busy-solid"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </svg>
  )
}

function sentenceOf(series: StatsPoint[], window: StatsWindow): string {
  const sum = (pick: (point: StatsPoint) => number) =>
    formatCount(series.reduce((total, point) => total + pick(point), 0))
  return `${rangeWords[window]}: ${sum((point) => point.received)} received, ${sum((point) => point.delivered)} delivered, ${sum((point) => point.failed)} failed`
}

function stepLine(series: StatsPoint[], top: number): string {
  return series
    .flatMap(({ received }, index) => {
      const y = HEIGHT - (received / top) * (HEIGHT - 2)
      return [`${index},${y}`, `${index + 1},${y}`]
    })
    .join(' ')
}

function useMark(window: StatsWindow): (point: StatsPoint | undefined) => string {
  const chosen = useChoice(zone)
  return (point) => {
    if (point === undefined) return ''
    const ms = Date.parse(point.at)
    const clock = formatClock(ms, chosen).slice(0, 5)
    return window === '1h' || window === '24h'
      ? clock
      : `${formatDate(ms, chosen).slice(5)}${window === '7d' ? ` ${clock}` : ''}`
  }
}

function Marks({ series, window, at }: { series: StatsPoint[]; window: StatsWindow; at: number | null }) {
  const mark = useMark(window)
  const point = at === null ? undefined : series[at]
  return (
    <figcaption className="flex h-6 items-end justify-between text-xs text-faint figures">
      {point ? (
        <span className="text-text">
          {`${mark(point)}  ·  ${formatCount(point.received)} received  ·  ${formatCount(point.delivered)} delivered  ·  ${formatCount(point.failed)} failed`}
        </span>
      ) : (
        [0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share} className="max-sm:nth-[2n]:hidden">
            {mark(series[Math.round(share * (series.length - 1))])}
          </span>
        ))
      )}
    </figcaption>
  )
}

function Legend() {
  return (
    <span className="flex gap-4 text-xs text-muted">
      <Key word="Received" swatch="h-px w-3 bg-busy-solid" />
      <Key word="Delivered" swatch="size-2 rounded-sm bg-ok-solid" />
      <Key word="Failed" swatch="size-2 rounded-sm bg-bad-solid" />
    </span>
  )
}

function Key({ word, swatch }: { word: string; swatch: string }) {
  return (
    <span className="inline-flex items-center gap-dot">
      <span aria-hidden="true" className={swatch} />
      {word}
    </span>
  )
}

function SeriesTable({ series, window }: { series: StatsPoint[]; window: StatsWindow }) {
  const mark = useMark(window)
  return (
    <details className="pt-2">
      <summary className="w-max text-xs text-muted">View as table</summary>
      <table className="mt-2 w-full max-w-form text-sm figures">
        <caption className="sr-only">Volume by interval</caption>
        <thead>
          <tr className="eyebrow text-right">
            <th scope="col" className="text-left">
              From
            </th>
            <th scope="col">Received</th>
            <th scope="col">Delivered</th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody className="text-right">
          {series.map((point) => (
            <tr key={point.at}>
              <th scope="row" className="text-left font-normal">
                {mark(point)}
              </th>
              <td>{formatCount(point.received)}</td>
              <td>{formatCount(point.delivered)}</td>
              <td>{formatCount(point.failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
