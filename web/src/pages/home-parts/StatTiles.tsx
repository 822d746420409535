/** Four numbers, each with its shape over the range and the log behind it. */
import { Link } from '@tanstack/react-router'
import type { Stats, StatsWindow } from '@/api/types'
import { formatCount, formatDuration, formatLarge, formatPercent, formatPlural } from '@/lib/format'
import type { Search } from '@/lib/search-string'
import { rangeWords } from '@/lib/time-range'
import { Sparkline } from '@/parts/Spark'
import type { Tone } from '@/parts/status'

interface Tile {
  word: string
  value: number
  note: string
  tone: Tone
  values: number[]
  search: Search
}

export function tilesOf(stats: Stats, window: StatsWindow): Tile[] {
  const { totals, series, queues } = stats
  const waiting = queues.reduce((sum, { depth }) => sum + depth, 0)
  const oldestMs = Math.max(0, ...queues.map(({ oldestMs: age }) => age))
  const ended = totals.delivered + totals.exhausted
  const failures = totals.failed + totals.exhausted
  return [
    {
      word: 'Received',
      value: totals.received,
      note: `${formatCount(totals.filtered)} filtered, ${formatCount(totals.published)} published`,
      tone: 'busy',
      values: series.map(({ received }) => received),
      search: { range: window },
    },
    {
      word: 'Delivered',
      value: totals.delivered,
      note: ended === 0 ? 'nothing has ended yet' : `${formatPercent(totals.delivered, ended)} of what ended`,
      tone: 'ok',
      values: series.map(({ delivered }) => delivered),
      search: { range: window, deliveryStatus: ['delivered'] },
    },
    {
      word: 'Failed',
      value: failures,
      note: `${formatPlural(totals.failed, 'request')}, ${formatPlural(totals.exhausted, 'delivery', 'deliveries')}`,
      tone: failures > 0 ? 'bad' : 'off',
      values: series.map(({ failed }) => failed),
      search: {
        range: window,
        ...(totals.exhausted > 0 ? { deliveryStatus: ['exhausted'] } : { status: ['failed'] }),
      },
    },
    {
      word: 'Waiting',
      value: waiting,
      note: oldestMs === 0 ? 'none is overdue' : `due for ${formatDuration(oldestMs)}`,
      tone: 'off',
      values: [],
      search: { deliveryStatus: ['pending', 'held'] },
    },
  ]
}

export function StatTiles({ stats, window }: { stats: Stats | undefined; window: StatsWindow }) {
  if (stats === undefined) return <GhostTiles />
  return (
    <ul className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {tilesOf(stats, window).map((tile) => (
        <li key={tile.word} className="min-w-0">
          <StatTile tile={tile} window={window} queues={stats.queues} />
        </li>
      ))}
    </ul>
  )
}

function StatTile({ tile, window, queues }: { tile: Tile; window: StatsWindow; queues: Stats['queues'] }) {
  const { word, value, note, tone, values, search } = tile
  return (
    <Link
      to="/events"
      search={search}
      className="calm flex h-full flex-col gap-1 rounded-md border border-line bg-surface p-4 hover:border-line-strong"
    >
      <span className="text-sm text-muted">{word}</span>
      <span className="text-2xl figures" title={formatCount(value)}>
        {formatLarge(value)}
      </span>
      <span className="text-xs text-muted figures sm:truncate">{note}</span>
      <span className="mt-auto pt-2">
        {word === 'Waiting' ? (
          <LaneBars queues={queues} />
        ) : (
          <Sparkline
            values={values}
            tone={tone}
            label={`${word} over the ${rangeWords[window].toLowerCase()}, at most ${Math.max(0, ...values)} in one interval`}
          />
        )}
      </span>
    </Link>
  )
}

const lanes = ['Low', 'Normal', 'High', 'Critical']

/** What waits in each lane, since the total alone hides a blocked critical one. */
function LaneBars({ queues }: { queues: Stats['queues'] }) {
  return (
    <span className="grid grid-cols-4 gap-1 text-xs">
      {[3, 2, 1, 0].map((priority) => (
        <span key={priority} className="flex min-w-0 flex-col border-t border-line pt-1">
          <span className="truncate text-faint max-sm:sr-only">{lanes[priority]}</span>
          <span className="figures">
            {formatLarge(queues.find((lane) => lane.priority === priority)?.depth ?? 0)}
          </span>
        </span>
      ))}
    </span>
  )
}

function GhostTiles() {
  return (
    <div aria-hidden="true" className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {['received', 'delivered', 'failed', 'waiting'].map((name) => (
        <div key={name} className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4">
          <div className="shimmer h-3 w-12 rounded-sm" />
          <div className="shimmer h-8 w-1/2 rounded-sm" />
          <div className="shimmer h-12 rounded-sm" />
        </div>
      ))}
    </div>
  )
}
