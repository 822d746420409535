/** What became of requests, attempts and executions in the range. */
import type { Stats } from '@/api/types'
import { formatCount } from '@/lib/format'
import { Panel } from '@/parts/Panel'
import { type Split, SplitBar } from '@/parts/SplitBar'
import { Skeleton } from '@/parts/states'

interface Outcome {
  title: string
  total: number
  parts: Split[]
}

export function outcomesOf({ totals }: Stats): Outcome[] {
  const { attempts, failedAttempts, executionsCompleted, executionsFailed } = totals
  return [
    {
      title: 'Requests',
      total: totals.received,
      parts: [
        { word: 'processed', tone: 'ok', value: totals.processed },
        { word: 'filtered', tone: 'off', value: totals.filtered },
        { word: 'held', tone: 'hollow', value: totals.held },
        { word: 'failed', tone: 'bad', value: totals.failed },
      ],
    },
    {
      title: 'Attempts',
      total: attempts,
      parts: [
        { word: 'delivered', tone: 'ok', value: Math.max(0, attempts - failedAttempts) },
        { word: 'failed', tone: 'bad', value: failedAttempts },
      ],
    },
    {
      title: 'Executions ended',
      total: executionsCompleted + executionsFailed,
      parts: [
        { word: 'completed', tone: 'ok', value: executionsCompleted },
        { word: 'failed', tone: 'bad', value: executionsFailed },
      ],
    },
  ]
}

export function Figures({ stats }: { stats: Stats | undefined }) {
  return (
    <Panel title="Outcomes">
      {stats === undefined ? (
        <Skeleton lines={5} />
      ) : (
        <dl className="flex flex-col gap-4">
          {outcomesOf(stats).map(({ title, total, parts }) => (
            <div key={title} className="flex flex-col gap-1">
              <dt className="flex justify-between text-sm">
                <span className="text-muted">{title}</span>
                <span className="font-medium figures">{formatCount(total)}</span>
              </dt>
              <dd>
                <SplitBar label={title} parts={parts} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  )
}
