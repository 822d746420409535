/** What came in, what went out, what failed and what waits, live. */
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { statsQuery } from '@/api/stats'
import type { StatsWindow } from '@/api/types'
import { choiceOf } from '@/lib/search-string'
import { rangeWords } from '@/lib/time-range'
import { PageTitle } from '@/parts/PageTitle'
import { Panel } from '@/parts/Panel'
import { ErrorState } from '@/parts/states'
import { Checklist, useSetup } from './home-parts/Checklist'
import { Figures } from './home-parts/Figures'
import { RecentEvents } from './home-parts/RecentEvents'
import { StatTiles } from './home-parts/StatTiles'
import { VolumeChart } from './home-parts/VolumeChart'

const windows = ['24h', '1h', '7d', '30d'] as const

export default function HomePage() {
  const search = useSearch({ from: '/shell/' })
  const window = choiceOf<StatsWindow>(search.range, windows)
  const stats = useQuery(statsQuery(window))
  const setup = useSetup()
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <PageTitle title="Home" />
        <WindowSwitch current={window} />
      </header>
      {stats.error ? (
        <Panel>
          <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />
        </Panel>
      ) : (
        <StatTiles stats={stats.data} window={window} />
      )}
      {setup.isNew ? <Checklist setup={setup} /> : <VolumeChart stats={stats.data} window={window} />}
      <div className="grid gap-6 xl:grid-cols-3">
        <div className="min-w-0 xl:col-span-2">
          <RecentEvents />
        </div>
        <Figures stats={stats.data} />
      </div>
    </div>
  )
}

function WindowSwitch({ current }: { current: StatsWindow }) {
  return (
    <nav aria-label="Time range" className="flex rounded-md border border-line bg-sunken p-px">
      {(['1h', '24h', '7d', '30d'] as const).map((window) => (
        <Link
          key={window}
          to="/"
          search={window === '24h' ? {} : { range: window }}
          title={rangeWords[window]}
          aria-current={window === current ? 'true' : undefined}
          className={clsx(
            'calm inline-flex h-control-dense items-center rounded-sm px-3 text-sm figures',
            window === current ? 'bg-surface font-medium text-text shadow-low' : 'text-muted hover:text-text',
          )}
        >
          {window.replace(/(\d+)/, '$1 ')}
        </Link>
      ))}
    </nav>
  )
}
