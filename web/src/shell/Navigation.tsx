/** The way around: only what exists, in the order things flow. */
import { Link, useNavigate } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { House, type LucideIcon, Waypoints, Zap } from 'lucide-react'
import { useCallback, useRef } from 'react'
import { useKeys } from '@/lib/shortcuts'

interface Item {
  to: '/' | '/events' | '/executions'
  word: string
  icon: LucideIcon
  /** Pressed after `g`. */
  letter: string
}

const groups: { name: string | null; items: Item[] }[] = [
  { name: null, items: [{ to: '/', word: 'Home', icon: House, letter: 'h' }] },
  {
    name: 'Flow',
    items: [
      { to: '/events', word: 'Events', icon: Zap, letter: 'e' },
      { to: '/executions', word: 'Executions', icon: Waypoints, letter: 'x' },
    ],
  },
]

const items = groups.flatMap((group) => group.items)
const CHORD_MS = 1200

function useGoKeys(): void {
  const navigate = useNavigate()
  const pressedAt = useRef(0)
  const act = useCallback(
    (key: string) => {
      if (key === 'g') {
        pressedAt.current = Date.now()
        return true
      }
      const item = items.find(({ letter }) => letter === key)
      if (item === undefined || Date.now() - pressedAt.current > CHORD_MS) return false
      pressedAt.current = 0
      void navigate({ to: item.to })
      return true
    },
    [navigate],
  )
  useKeys(act)
}

export function Brand({ collapsed }: { collapsed: boolean }) {
  return (
    <div className="flex h-topbar shrink-0 items-center gap-2 px-4">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          d="M9 7v18M23 7v18M9 18c0-5 3-7 7-7s7 2 7 7"
          fill="none"
          className="stroke-on-accent"
          strokeWidth="3"
          strokeLinecap="round"
        />
      </svg>
      {!collapsed && <span className="text-base font-semibold">hookspan</span>}
    </div>
  )
}

export function Navigation({ collapsed, onGo }: { collapsed: boolean; onGo?: () => void }) {
  useGoKeys()
  return (
    <nav aria-label="Main" className="flex flex-col gap-4 px-2 py-2">
      {groups.map(({ name, items: inside }) => (
        <div key={name ?? 'top'}>
          {name && !collapsed && <p className="px-2 pb-1 text-xs text-faint">{name}</p>}
          <ul className="flex flex-col gap-px">
            {inside.map((item) => (
              <li key={item.to}>
                <NavigationLink item={item} collapsed={collapsed} {...(onGo ? { onGo } : {})} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function NavigationLink({ item, collapsed, onGo }: { item: Item; collapsed: boolean; onGo?: () => void }) {
  const { to, word, icon: Icon, letter } = item
  const base = 'calm flex h-control items-center gap-2 rounded-md px-2 text-sm'
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      {...(onGo ? { onClick: onGo } : {})}
      title={`${word} (g ${letter})`}
      className={clsx(base, collapsed && 'justify-center')}
      activeProps={{ className: 'bg-accent-tint text-accent font-medium' }}
      inactiveProps={{ className: 'text-muted hover:bg-off-tint hover:text-text' }}
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
      <span className={clsx(collapsed && 'sr-only')}>{word}</span>
    </Link>
  )
}
