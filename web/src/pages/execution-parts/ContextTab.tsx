/** What started the run, what it was given, and what it gave back. */
import { useQuery } from '@tanstack/react-query'
import { eventQuery } from '@/api/events'
import type { ExecutionTrace } from '@/api/executions'
import { Fact, Facts, Panel } from '@/parts/Panel'
import { ErrorState, Skeleton } from '@/parts/states'
import { Id, TimeText } from '@/parts/values'
import { EventPill, EventTypeLink, originWords, Priority } from '../event-parts/cells'
import { Value } from './StepPanel'
import { triggerWords } from './words'

export function ContextTab({ execution }: { execution: ExecutionTrace }) {
  return (
    <div className="grid items-start gap-6 xl:grid-cols-2">
      <Panel title="Trigger">
        <div className="flex flex-col gap-4">
          <Facts>
            <Fact name="Started by">{triggerWords[execution.triggerType] ?? execution.triggerType}</Fact>
            <Fact name="Priority">
              <Priority value={execution.priority} />
            </Fact>
            <Fact name="Workflow">
              <Id id={execution.workflowId} name="workflow id" />
            </Fact>
          </Facts>
          {execution.triggerEventId && <TriggerEvent id={execution.triggerEventId} />}
          <Value title="Input" text={execution.inputText} />
        </div>
      </Panel>
      <Panel title="Result">
        <Value title="Output" text={execution.outputText} />
      </Panel>
    </div>
  )
}

function TriggerEvent({ id }: { id: string }) {
  const event = useQuery(eventQuery(id))
  if (event.error) return <ErrorState error={event.error} />
  if (event.data === undefined) return <Skeleton lines={3} />
  return (
    <Facts>
      <Fact name="Event">
        <EventTypeLink event={event.data} />
      </Fact>
      <Fact name="Status">
        <EventPill event={event.data} />
      </Fact>
      <Fact name="Origin">{originWords[event.data.origin] ?? event.data.origin}</Fact>
      <Fact name="Stored">
        <TimeText at={event.data.createdAt} />
      </Fact>
    </Facts>
  )
}
