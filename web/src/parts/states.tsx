/** What a screen says when it has nothing, not yet, or no more. */
import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError, Unreachable } from '@/api/client'
import { Button } from './Button'
import { CopyButton } from './CopyButton'

interface EmptyStateProps {
  title: string
  children: ReactNode
  /** A command that makes the first one; runs as pasted once the key is set. */
  command?: string
  action?: ReactNode
}

export function EmptyState({ title, children, command, action }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-form flex-col gap-3 px-4 py-12">
      <h2 className="text-lg">{title}</h2>
      <div className="text-base text-muted">{children}</div>
      {command && <Command text={command} />}
      {action && <div className="flex gap-2">{action}</div>}
    </div>
  )
}

export function Command({ text }: { text: string }) {
  return (
    <div className="relative rounded-sm border border-line bg-sunken">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="mono overflow-x-auto p-3 pr-12 whitespace-pre" aria-label="Command" tabIndex={0}>
        {text}
      </section>
      <div className="absolute top-1 right-1 rounded-sm bg-sunken">
        <CopyButton text={text} name="command" />
      </div>
    </div>
  )
}

const remedies: Record<number, string> = {
  403: 'Ask an administrator for the permission.',
  404: 'It may have been pruned by retention, or the address is not complete.',
  429: 'Wait a moment, then retry.',
  503: 'The server is up but cannot work; its log names the failed check.',
}

function causeOf(error: unknown): { title: string; remedy: string } {
  if (error instanceof Unreachable) {
    return {
      title: 'The server does not answer',
      remedy: 'Check that it runs; this page retries on its own.',
    }
  }
  if (error instanceof ApiError) {
    return {
      title: error.message,
      remedy: remedies[error.status] ?? 'Retry; if it stays, give the request id to whoever runs the server.',
    }
  }
  return { title: 'This part of the page failed', remedy: 'Reload the page.' }
}

/** A failed read stands in place of the data, never in a passing message. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, remedy } = causeOf(error)
  const known = error instanceof ApiError ? error : null
  return (
    <div role="alert" className="flex items-start gap-3 p-4">
      <CircleAlert aria-hidden="true" className="mt-px size-4 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium">{title}</p>
        <p className="text-muted">{remedy}</p>
        {known && (
          <p className="flex flex-wrap items-center gap-2 text-muted">
            <code className="mono">{known.code}</code>
            {known.requestId && (
              <span className="inline-flex items-center gap-1">
                request <code className="mono">{known.requestId}</code>
                <CopyButton text={known.requestId} name="request id" />
              </span>
            )}
          </p>
        )}
        {onRetry && (
          <div className="pt-1">
            <Button icon={RotateCw} onClick={onRetry}>
              Retry
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** Grey bars in the shape of what comes; absent for the first 150 ms. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
        <div key={line} className="shimmer h-3 rounded-sm odd:w-2/3" />
      ))}
    </div>
  )
}
