/** Times, sizes, durations and ids in their one form. */
import { Link, type LinkProps } from '@tanstack/react-router'
import { useNow } from '@/lib/clock'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatInstant,
  formatRelative,
  shortId,
} from '@/lib/format'
import { useChoice, zone } from '@/lib/theme'
import { CopyButton } from './CopyButton'

interface TimeTextProps {
  at: string | null | undefined
  /** The time may lie ahead, such as the next attempt. */
  future?: boolean
  exact?: boolean
}

/** Relative within a day, else the full time; hovering gives milliseconds in both zones. */
export function TimeText({ at, future = false, exact = false }: TimeTextProps) {
  const chosen = useChoice(zone)
  const ms = at ? Date.parse(at) : Number.NaN
  const now = useNow(Number.isNaN(ms) || Math.abs(Date.now() - ms) > 90_000 ? 30_000 : 1000)
  if (!at || Number.isNaN(ms)) return <span className="text-faint">–</span>
  const text = exact
    ? formatInstant(ms, chosen)
    : formatRelative(future ? ms : Math.min(ms, now), now, chosen)
  return (
    <time
      dateTime={at}
      title={`${formatExact(ms, 'utc')} UTC\n${formatExact(ms, 'local')} local`}
      className="figures whitespace-nowrap"
    >
      {text}
    </time>
  )
}

export function Bytes({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <span className="text-faint">–</span>
  return (
    <span className="figures whitespace-nowrap" title={`${formatCount(value)} bytes`}>
      {formatBytes(value)}
    </span>
  )
}

export function Duration({ ms }: { ms: number | null | undefined }) {
  if (ms === null || ms === undefined) return <span className="text-faint">–</span>
  return (
    <span className="figures whitespace-nowrap" title={`${formatCount(Math.round(ms))} ms`}>
      {formatDuration(ms)}
    </span>
  )
}

/** A duration that grows while its thing runs. */
export function RunningFor({ since }: { since: string }) {
  const now = useNow()
  return <Duration ms={Math.max(0, now - Date.parse(since))} />
}

interface IdProps {
  id: string | null | undefined
  /** Says what is copied: "event id". */
  name: string
  to?: LinkProps['to']
  full?: boolean
}

/** The distinguishing end of an id, with copy, and a link where there is a page. */
export function Id({ id, name, to, full = false }: IdProps) {
  if (!id) return <span className="text-faint">–</span>
  const text = full ? id : shortId(id)
  return (
    <span className="group/id inline-flex min-w-0 items-center gap-1">
      {to ? (
        <Link
          to={to}
          params={{ id } as never}
          title={id}
          className="mono truncate text-accent hover:underline"
        >
          {text}
        </Link>
      ) : (
        <span className="mono truncate" title={id}>
          {text}
        </span>
      )}
      <CopyButton text={id} name={name} quiet />
    </span>
  )
}
