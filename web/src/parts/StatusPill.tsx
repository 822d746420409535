/** Status as colour, icon and word, always all three. */
import { clsx } from 'clsx'
import { type Family, lookOf, type StatusOf, type Tone, toneIcons, toneText, toneTint } from './status'

export function StatusPill<Of extends Family>({ of, status }: { of: Of; status: StatusOf<Of> }) {
  const { tone, word } = lookOf(of, status)
  return <TonePill tone={tone}>{word}</TonePill>
}

export function TonePill({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span
      className={clsx(
        'inline-flex h-pill items-center gap-1 rounded-sm px-dot text-xs whitespace-nowrap',
        toneText[tone],
        toneTint[tone],
      )}
    >
      <ToneIcon tone={tone} />
      {children}
    </span>
  )
}

export function ToneIcon({ tone }: { tone: Tone }) {
  const Icon = toneIcons[tone]
  const strokeWidth = tone === 'hollow' ? 2.5 : 2.25
  return (
    <Icon
      aria-hidden="true"
      className={clsx('size-3 shrink-0', tone === 'busy' && 'turn')}
      strokeWidth={strokeWidth}
    />
  )
}

/** An HTTP status code in the tone of its class. */
export function HttpCode({ code }: { code: number | null }) {
  if (code === null) return <span className="text-faint">–</span>
  const tone: Tone = code < 300 ? 'ok' : code < 400 ? 'warn' : 'bad'
  return <span className={clsx('mono figures', toneText[tone])}>{code}</span>
}
