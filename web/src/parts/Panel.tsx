/** A titled surface; panels never hold panels. */
import { clsx } from 'clsx'
import type { ReactNode } from 'react'

interface PanelProps {
  title?: string
  actions?: ReactNode
  children: ReactNode
  /** The content brings its own edges, as a table does. */
  flush?: boolean
  className?: string
}

export function Panel({ title, actions, children, flush = false, className }: PanelProps) {
  return (
    <section
      {...(title ? { 'aria-label': title } : {})}
      className={clsx('min-w-0 overflow-hidden rounded-md border border-line bg-surface', className)}
    >
      {title && (
        <header className="flex min-h-row items-center justify-between gap-3 border-b border-line px-4 py-1">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={clsx(!flush && 'p-4')}>{children}</div>
    </section>
  )
}

/** Names and values side by side, one pair a line. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-1 gap-x-4 sm:grid-cols-[max-content_1fr]">{children}</dl>
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="pt-1 text-sm text-muted sm:py-1">{name}</dt>
      <dd className="min-w-0 pb-1 text-sm sm:py-1">{children}</dd>
    </>
  )
}
