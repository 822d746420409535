/** One run: its steps over time on the left, the chosen step on the right. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type ExecutionTrace, executionQuery, workflowNamesQuery } from '@/api/executions'
import { useNow } from '@/lib/clock'
import { shortId } from '@/lib/format'
import { choiceOf, oneOf } from '@/lib/search-string'
import { PageTitle } from '@/parts/PageTitle'
import { Panel } from '@/parts/Panel'
import { StatusPill } from '@/parts/StatusPill'
import { ErrorState, Skeleton } from '@/parts/states'
import { type Tab, Tabs } from '@/parts/Tabs'
import { Duration, Id, RunningFor, TimeText } from '@/parts/values'
import { Waterfall } from '@/parts/Waterfall'
import { CancelButton } from './execution-parts/CancelButton'
import { ContextTab } from './execution-parts/ContextTab'
import { StepPanel } from './execution-parts/StepPanel'
import { spansOf } from './execution-parts/spans'
import { failureText, triggerWords } from './execution-parts/words'

const tabNames = ['steps', 'context'] as const
type TabName = (typeof tabNames)[number]

const tabs: Tab<TabName>[] = [
  { name: 'steps', word: 'Steps' },
  { name: 'context', word: 'Trigger and result' },
]

export default function ExecutionPage() {
  const { id } = useParams({ from: '/shell/executions/$id' })
  const execution = useQuery(executionQuery(id))
  if (execution.error) {
    return (
      <Panel>
        <PageTitle title="Execution">Execution not shown</PageTitle>
        <ErrorState error={execution.error} onRetry={() => void execution.refetch()} />
      </Panel>
    )
  }
  return execution.data ? <ExecutionView execution={execution.data} /> : <Skeleton lines={8} />
}

function ExecutionView({ execution }: { execution: ExecutionTrace }) {
  const search = useSearch({ from: '/shell/executions/$id' })
  const tab = choiceOf<TabName>(search.tab, tabNames)
  const isToldByStep = tab === 'steps' && execution.steps.some(({ status }) => status === 'failed')
  const failure = isToldByStep ? null : failureText(execution.error)
  return (
    <div className="flex flex-col gap-4">
      <ExecutionHeader execution={execution} />
      {failure && <p className="rounded-md bg-bad-tint px-4 py-2 wrap-anywhere text-bad">{failure}</p>}
      <Tabs label="Parts of the execution" tabs={tabs} current={tab} />
      {tab === 'steps' ? (
        <StepsTab execution={execution} chosen={oneOf(search.step)} />
      ) : (
        <ContextTab execution={execution} />
      )}
    </div>
  )
}

function ExecutionHeader({ execution }: { execution: ExecutionTrace }) {
  const names = useQuery(workflowNamesQuery)
  const name = names.data?.get(execution.workflowId) ?? `Workflow ${shortId(execution.workflowId)}`
  const isOpen = execution.completedAt === null
  return (
    <header className="flex flex-wrap items-start justify-between gap-3">
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex flex-wrap items-center gap-3">
          <PageTitle title={name} />
          <StatusPill of="execution" status={execution.status} />
        </div>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
          <Id id={execution.id} name="execution id" full />
          <span className="figures">{`version ${execution.workflowVersion}`}</span>
          <span>{triggerWords[execution.triggerType] ?? execution.triggerType}</span>
          {isOpen && execution.startedAt ? (
            <RunningFor since={execution.startedAt} />
          ) : (
            <Duration ms={execution.durationMs} />
          )}
          <TimeText at={execution.createdAt} exact />
        </p>
      </div>
      {isOpen && <CancelButton id={execution.id} />}
    </header>
  )
}

function StepsTab({ execution, chosen }: { execution: ExecutionTrace; chosen: string | undefined }) {
  const navigate = useNavigate()
  const now = useNow(execution.completedAt === null ? 1000 : Number.MAX_SAFE_INTEGER)
  const { spans, totalMs } = useMemo(() => spansOf(execution, now), [execution, now])
  const telling = ['failed', 'running'].flatMap(
    (status) => execution.steps.find((step) => step.status === status) ?? [],
  )
  const step = execution.steps.find(({ stepId }) => stepId === chosen) ?? telling[0] ?? execution.steps[0]
  const choose = (id: string) => {
    void navigate({ to: '.', search: { step: id }, replace: true, resetScroll: false })
  }
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2 2xl:grid-cols-5">
      <Panel title="Steps" flush className="2xl:col-span-3">
        <Waterfall
          label="Steps over time"
          spans={spans}
          totalMs={totalMs}
          chosen={step?.stepId ?? null}
          onChoose={choose}
        />
      </Panel>
      <div className="min-w-0 2xl:col-span-2">{step && <StepPanel key={step.stepId} step={step} />}</div>
    </div>
  )
}
