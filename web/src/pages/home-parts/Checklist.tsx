/** The first walk through a new instance; each line ticks itself when it is done. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { recentEventsQuery } from '@/api/events'
import { firstDeliveryQuery, firstEndpointQuery, firstSourceQuery } from '@/api/stats'
import { commands, useBaseUrl } from '@/lib/commands'
import { firstSteps, useChoice } from '@/lib/theme'
import { Button } from '@/parts/Button'
import { Panel } from '@/parts/Panel'
import { Command } from '@/parts/states'

interface Setup {
  source: boolean
  request: boolean
  event: boolean
  endpoint: boolean
  delivery: boolean
  /** A step is missing and the reader wants to see the walk: it takes the place of the chart. */
  isNew: boolean
  /** Where the first source receives. */
  sourceUrl: string | null
}

const some = (page: { data: unknown[] } | undefined) => (page?.data.length ?? 0) > 0

export function useSetup(): Setup {
  const sources = useQuery(firstSourceQuery)
  const events = useQuery(recentEventsQuery)
  const endpoints = useQuery(firstEndpointQuery)
  const deliveries = useQuery(firstDeliveryQuery)
  const isShown = useChoice(firstSteps) === 'shown'
  const source = sources.data?.data[0]
  const request =
    source?.lastTriggeredAt !== undefined ||
    (events.data?.data.some(({ origin }) => origin === 'webhook') ?? false)
  // What the instance says of itself is no event the reader has sent.
  const event = events.data?.data.some(({ origin }) => origin !== 'system') ?? false
  const delivery = some(deliveries.data)
  const known = events.isSuccess && !deliveries.isPending
  return {
    source: source !== undefined || request,
    request,
    event,
    endpoint: some(endpoints.data) || delivery,
    delivery,
    isNew: isShown && known && !(event && delivery),
    sourceUrl: source?.url ?? null,
  }
}

export function Checklist({ setup }: { setup: Setup }) {
  const base = useBaseUrl()
  const sourceUrl = setup.sourceUrl ?? `${base}/api/v1/webhooks/PATH`
  const steps = [
    {
      done: setup.source,
      word: 'Create a source',
      note: 'A source is a URL of yours that receives requests.',
      command: commands.createSource(base),
    },
    {
      done: setup.request,
      word: 'Send a request to it',
      note: 'Anything posted there becomes an event.',
      command: commands.sendRequest(sourceUrl),
    },
    {
      done: setup.event,
      word: 'See the event',
      note: 'It appears below by itself, as soon as it is stored.',
    },
    {
      done: setup.endpoint,
      word: 'Add an endpoint',
      note: 'An endpoint is a URL of others that is called with your events.',
      command: commands.createEndpoint(base),
    },
    {
      done: setup.delivery,
      word: 'See the delivery',
      note: 'Publish an event and watch it go out.',
      command: commands.publishEvent(base),
    },
  ]
  const next = steps.findIndex(({ done }) => !done)
  return (
    <Panel
      title="First steps"
      actions={
        <span className="flex items-center gap-2">
          <span className="text-xs text-muted figures">{`${steps.filter(({ done }) => done).length} of ${steps.length}`}</span>
          <Button look="ghost" onClick={firstSteps.toggle}>
            Hide
          </Button>
        </span>
      }
    >
      <ol className="flex flex-col gap-4">
        {steps.map((step, index) => (
          <ChecklistStep key={step.word} {...step} number={index + 1} open={index === next} />
        ))}
      </ol>
    </Panel>
  )
}

interface StepProps {
  word: string
  note: string
  done: boolean
  open: boolean
  number: number
  command?: string
}

function ChecklistStep({ word, note, done, open, number, command }: StepProps) {
  return (
    <li className="flex gap-3" aria-current={open ? 'step' : undefined}>
      <span
        className={clsx(
          'mt-px inline-flex size-pill shrink-0 items-center justify-center rounded-full text-xs figures',
          done ? 'bg-ok-tint text-ok' : open ? 'bg-accent text-on-accent' : 'bg-off-tint text-off',
        )}
      >
        {done ? <Check aria-hidden="true" className="size-3" strokeWidth={2.5} /> : number}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className={clsx('font-medium', done && 'text-muted')}>
          {word}
          {done && <span className="sr-only"> (done)</span>}
        </p>
        {open && <p className="text-muted">{note}</p>}
        {open && command && <Command text={command} />}
      </div>
    </li>
  )
}
