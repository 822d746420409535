/** Tabs that are links: each has its own address. */
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'

export interface Tab<Name extends string> {
  name: Name
  word: string
  count?: number | undefined
}

interface TabsProps<Name extends string> {
  label: string
  tabs: Tab<Name>[]
  current: Name
}

export function Tabs<Name extends string>({ label, tabs, current }: TabsProps<Name>) {
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-b border-line">
      {tabs.map(({ name, word, count }, index) => (
        <Link
          key={name}
          to="."
          search={(before: Record<string, unknown>) => ({ ...before, tab: index === 0 ? undefined : name })}
          aria-current={name === current ? 'page' : undefined}
          className={clsx(
            'calm -mb-px inline-flex h-control items-center gap-1 border-b-2 text-sm font-medium whitespace-nowrap ring-inside',
            name === current ? 'border-accent text-text' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {word}
          {count !== undefined && (
            <span className="rounded-sm bg-off-tint px-1 text-xs text-off figures">{count}</span>
          )}
        </Link>
      ))}
    </nav>
  )
}
