/** Small charts of our own: a line for a tile, bars for a range. */
import { clsx } from 'clsx'
import { type Tone, toneFill } from './status'

/** Points of a polyline over the box, the largest value at the top. */
export function sparkPoints(values: number[], width: number, height: number): string {
  const top = Math.max(1, ...values)
  const step = values.length > 1 ? width / (values.length - 1) : width
  return values
    .map((value, index) => `${round(index * step)},${round(height - 1 - (value / top) * (height - 2))}`)
    .join(' ')
}

const round = (value: number) => Math.round(value * 10) / 10

const strokes: Record<Tone, string> = {
  ok: 'stroke-ok-solid',
  busy: 'stroke-busy-solid',
  hollow: 'stroke-off-solid',
  warn: 'stroke-warn-solid',
  bad: 'stroke-bad-solid',
  off: 'stroke-off-solid',
}

const tints: Record<Tone, string> = {
  ok: 'fill-ok-tint',
  busy: 'fill-busy-tint',
  hollow: 'fill-off-tint',
  warn: 'fill-warn-tint',
  bad: 'fill-bad-tint',
  off: 'fill-off-tint',
}

interface SparkProps {
  values: number[]
  tone: Tone
  /** The sentence a reader hears instead of the picture. */
  label: string
}

export function Sparkline({ values, tone, label }: SparkProps) {
  const line = sparkPoints(values, 200, 28)
  return (
    <svg
      viewBox="0 0 200 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className="h-spark w-full"
    >
      {values.length > 1 && <polygon points={`0,28 ${line} 200,28`} className={tints[tone]} />}
      <polyline
        points={line}
        fill="none"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
        className={clsx(strokes[tone])}
      />
    </svg>
  )
}

export interface Part {
  tone: Tone
  value: number
}

interface StackedBarProps {
  /** Left edge and width in percent of the chart, so that the hatch is never stretched. */
  left: number
  width: number
  height: number
  top: number
  parts: Part[]
}

/** One stacked bar: parts from the bottom up with a 1 px gap, failures hatched. */
export function StackedBar({ left, width, height, top, parts }: StackedBarProps) {
  let base = height
  return parts.map(({ tone, value }) => {
    if (value === 0) return null
    const tall = Math.max(1, (value / top) * height - 1)
    base -= tall + 1
    const shape = { x: `${left}%`, y: base + 1, width: `${width}%`, height: tall }
    return (
      <g key={tone}>
        <rect {...shape} className={toneFill[tone]} />
        {tone === 'bad' && <rect {...shape} fill="url(#hatch)" />}
      </g>
    )
  })
}

/** Diagonal lines that tell a failure from a success without colour. */
export function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="4" className="stroke-surface" strokeWidth="1.5" />
      </pattern>
    </defs>
  )
}
