/** One whole and its parts: a bar, and the same in words below it. */
import { formatCount } from '@/lib/format'
import { Hatch } from './Spark'
import { ToneIcon } from './StatusPill'
import { type Tone, toneFill, toneText } from './status'

export interface Split {
  word: string
  tone: Tone
  value: number
}

export function SplitBar({ label, parts }: { label: string; parts: Split[] }) {
  const shown = parts.filter(({ value }) => value > 0)
  const total = shown.reduce((sum, { value }) => sum + value, 0)
  const sentence = shown.map(({ word, value }) => `${formatCount(value)} ${word}`).join(', ') || 'none'
  let left = 0
  return (
    <div className="flex flex-col gap-1">
      <svg role="img" aria-label={`${label}: ${sentence}`} className="h-2 w-full rounded-sm bg-off-tint">
        <Hatch />
        {shown.map(({ word, tone, value }) => {
          const shape = { x: `${left}%`, width: `${Math.max(0.4, (value / total) * 100 - 0.4)}%`, height: 8 }
          left += (value / total) * 100
          return (
            <g key={word}>
              <rect {...shape} className={toneFill[tone]} />
              {tone === 'bad' && <rect {...shape} fill="url(#hatch)" />}
            </g>
          )
        })}
      </svg>
      <p aria-hidden="true" className="flex flex-wrap gap-x-3 text-xs text-muted figures">
        {shown.map(({ word, tone, value }) => (
          <span key={word} className="inline-flex items-center gap-1">
            <span className={toneText[tone]}>
              <ToneIcon tone={tone} />
            </span>
            {formatCount(value)} {word}
          </span>
        ))}
        {shown.length === 0 && 'none yet'}
      </p>
    </div>
  )
}
