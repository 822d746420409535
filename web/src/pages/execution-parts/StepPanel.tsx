/** One step: what it got, what it gave, why it failed. */
import type { StepTrace } from '@/api/executions'
import { JsonView } from '@/parts/JsonView'
import { Fact, Facts, Panel } from '@/parts/Panel'
import { StatusPill } from '@/parts/StatusPill'
import { Duration, TimeText } from '@/parts/values'
import { failureText } from './words'

export function StepPanel({ step }: { step: StepTrace }) {
  const failure = failureText(step.error)
  return (
    <Panel title={step.name ?? step.stepId} actions={<StatusPill of="step" status={step.status} />}>
      <div className="flex flex-col gap-4">
        {failure && <p className="rounded-sm bg-bad-tint px-3 py-2 wrap-anywhere text-bad">{failure}</p>}
        <Facts>
          <Fact name="Step">
            <code className="mono">{step.stepId}</code>
          </Fact>
          <Fact name="Kind">
            <code className="mono">{step.kind}</code>
          </Fact>
          {step.reason && <Fact name="Why">{step.reason}</Fact>}
          <Fact name="Attempts">{step.attempt}</Fact>
          <Fact name="Started">
            <TimeText at={step.startedAt} />
          </Fact>
          <Fact name="Took">
            <Duration ms={step.durationMs} />
          </Fact>
        </Facts>
        <Value title="Input" text={step.inputText} />
        <Value title="Output" text={step.outputText} />
      </div>
    </Panel>
  )
}

export function Value({ title, text }: { title: string; text: string | undefined }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <p aria-hidden="true" className="eyebrow">
        {title}
      </p>
      {text === undefined || text === 'null' ? (
        <p className="text-faint">none</p>
      ) : (
        <JsonView text={text} label={title} />
      )}
    </section>
  )
}
