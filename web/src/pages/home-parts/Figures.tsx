/** The slower numbers of the range: latencies and executions. */
import type { Quantiles, Stats } from '@/api/types'
import { formatCount } from '@/lib/format'
import { Fact, Facts, Panel } from '@/parts/Panel'
import { Skeleton } from '@/parts/states'
import { Duration } from '@/parts/values'

export function Figures({ stats }: { stats: Stats | undefined }) {
  return (
    <Panel title="Speed and work">
      {stats === undefined ? (
        <Skeleton lines={5} />
      ) : (
        <div className="flex flex-col gap-4">
          <Latencies latency={stats.latencyMs} />
          <Facts>
            <Fact name="Attempts">
              <Count value={stats.totals.attempts} /> <Failed value={stats.totals.failedAttempts} />
            </Fact>
            <Fact name="Executions completed">
              <Count value={stats.totals.executionsCompleted} />{' '}
              <Failed value={stats.totals.executionsFailed} />
            </Fact>
            <Fact name="Requests refused">
              <Count value={stats.totals.rejected} />
            </Fact>
          </Facts>
        </div>
      )}
    </Panel>
  )
}

function Count({ value }: { value: number }) {
  return <span className="figures">{formatCount(value)}</span>
}

function Failed({ value }: { value: number }) {
  if (value === 0) return null
  return <span className="text-bad figures">{`${formatCount(value)} failed`}</span>
}

const rows = [
  ['Accept', 'accept'],
  ['First attempt', 'firstAttempt'],
  ['Attempt', 'attempt'],
] as const

function Latencies({ latency }: { latency: Stats['latencyMs'] }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Latency</caption>
      <thead>
        <tr className="eyebrow">
          <th scope="col" className="pb-1 text-left">
            Latency
          </th>
          {['p50', 'p95', 'p99'].map((name) => (
            <th key={name} scope="col" className="pb-1 text-right">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([word, name]) => (
          <LatencyRow key={name} word={word} quantiles={latency[name]} />
        ))}
      </tbody>
    </table>
  )
}

function LatencyRow({ word, quantiles }: { word: string; quantiles: Quantiles | undefined }) {
  return (
    <tr>
      <th scope="row" className="py-1 text-left font-normal text-muted">
        {word}
      </th>
      {(['p50', 'p95', 'p99'] as const).map((name) => (
        <td key={name} className="py-1 text-right">
          <Duration ms={quantiles?.[name]} />
        </td>
      ))}
    </tr>
  )
}
