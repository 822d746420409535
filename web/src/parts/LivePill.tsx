/** Says whether rows arrive by themselves, and holds those that wait while one reads. */
import { clsx } from 'clsx'
import { ArrowUp } from 'lucide-react'
import { formatCount } from '@/lib/format'
import type { LiveState } from '@/lib/live'
import { useHub, useLiveStatus } from '@/lib/use-live'

const words: Record<LiveState, string> = {
  live: 'Live',
  connecting: 'Connecting',
  polling: 'Live: polling',
  offline: 'Not connected',
  resting: 'Resting',
}

export function LiveDot({ on = true }: { on?: boolean }) {
  const { state } = useLiveStatus()
  const lit = on && (state === 'live' || state === 'polling')
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'size-dot rounded-full',
        lit ? 'bg-ok-solid' : state === 'offline' ? 'bg-bad-solid' : 'bg-off-solid',
      )}
    />
  )
}

export function LiveWord() {
  const { state } = useLiveStatus()
  return (
    <span className="inline-flex items-center gap-dot text-xs text-muted">
      <LiveDot />
      {words[state]}
    </span>
  )
}

export function LiveSwitch({ live, onChange }: { live: boolean; onChange: (live: boolean) => void }) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={live}
      onClick={() => onChange(!live)}
      title="New rows appear by themselves (l)"
      className="calm inline-flex h-control items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm hover:bg-off-tint"
    >
      <LiveDot on={live} />
      Live
    </button>
  )
}

interface PendingPillProps {
  pending: number
  more: boolean
  onShow: () => void
}

/** Stands over the heads: over a row it would push the pointer off the rows and so end the reading. */
export function PendingPill({ pending, more, onShow }: PendingPillProps) {
  if (pending === 0) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-px z-30 flex justify-center">
      <button
        type="button"
        onClick={onShow}
        className="layer pointer-events-auto inline-flex h-control-dense items-center gap-1 rounded-full bg-accent px-3 text-xs text-on-accent shadow-low"
      >
        <ArrowUp aria-hidden="true" className="size-3" />
        {formatCount(pending)}
        {more && '+'} new
      </button>
    </div>
  )
}

/** The banners of a broken feed: lost frames, or no server at all. */
export function LiveBanner() {
  const hub = useHub()
  const { state, gap, heardAt } = useLiveStatus()
  if (state === 'offline') {
    const since = heardAt === null ? '' : ` Data is from ${new Date(heardAt).toLocaleTimeString('en-GB')}.`
    return <Banner tone="bad">{`Not connected.${since} Trying again on its own.`}</Banner>
  }
  if (!gap) return null
  return (
    <Banner tone="warn">
      Some updates were missed; what you see was read again.
      <button type="button" className="ml-2 underline" onClick={() => hub?.dismissGap()}>
        Dismiss
      </button>
    </Banner>
  )
}

function Banner({ tone, children }: { tone: 'warn' | 'bad'; children: React.ReactNode }) {
  return (
    <div
      role="status"
      className={clsx(
        'px-6 py-2 text-sm',
        tone === 'bad' ? 'bg-bad-tint text-bad' : 'bg-warn-tint text-warn',
      )}
    >
      {children}
    </div>
  )
}
