/** Where one is, whether it is live, and the reader's own choices. */
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { ChevronRight, CircleUser, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import { meQuery, useSignOut } from '@/api/session'
import { uiBase, version } from '@/lib/base'
import { shortId } from '@/lib/format'
import { type Theme, theme, useChoice, zone } from '@/lib/theme'
import { IconButton } from '@/parts/Button'
import { LiveWord } from '@/parts/LivePill'

export function TopBar({ menu }: { menu: ReactNode }) {
  return (
    <header className="sticky top-0 z-30 flex h-topbar shrink-0 items-center gap-2 border-b border-line bg-bg px-4 sm:px-6">
      {menu}
      <Breadcrumbs />
      <div className="ml-auto flex items-center gap-1">
        <span className="flex px-2 max-sm:hidden">
          <LiveWord />
        </span>
        <ZoneSwitch />
        <ThemeSwitch />
        <Account />
      </div>
    </header>
  )
}

function Breadcrumbs() {
  const { pathname } = useLocation()
  const [first, second] = pathname.split('/').filter((part) => part !== '')
  const list = first === 'events' ? 'Events' : first === 'executions' ? 'Executions' : null
  if (list === null || second === undefined) return null
  return (
    <nav aria-label="Breadcrumbs" className="flex min-w-0 items-center gap-1 text-sm">
      <Link
        to={first === 'events' ? '/events' : '/executions'}
        className="text-muted hover:text-text hover:underline"
      >
        {list}
      </Link>
      <ChevronRight aria-hidden="true" className="size-3 shrink-0 text-faint" />
      <span className="mono truncate">{shortId(second)}</span>
    </nav>
  )
}

function ZoneSwitch() {
  const chosen = useChoice(zone)
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <button
      type="button"
      onClick={zone.toggle}
      title={`Times are in ${chosen === 'utc' ? 'UTC' : local}. Press for the other.`}
      className="calm h-control rounded-md px-2 text-xs text-muted hover:bg-off-tint hover:text-text"
    >
      {chosen === 'utc' ? 'UTC' : 'Local'}
      <span className="sr-only"> times</span>
    </button>
  )
}

const themeLooks: Record<Theme, { icon: typeof Sun; name: string }> = {
  system: { icon: Monitor, name: 'Theme: system' },
  light: { icon: Sun, name: 'Theme: light' },
  dark: { icon: Moon, name: 'Theme: dark' },
}

function ThemeSwitch() {
  const { icon, name } = themeLooks[useChoice(theme)]
  return <IconButton icon={icon} name={name} onClick={theme.toggle} />
}

function Account() {
  const { data: me } = useQuery(meQuery)
  const signOut = useSignOut()
  const leave = () => signOut.mutate(undefined, { onSettled: () => location.assign(`${uiBase()}login`) })
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton icon={CircleUser} name="Account" />
      </Popover.Trigger>
      <Popover.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        aria-label="Account"
        className="layer z-50 min-w-sidebar rounded-lg border border-line bg-surface p-2 shadow-high"
      >
        <p className="px-2 pt-1 font-medium">{me?.username ?? '–'}</p>
        <p className="px-2 text-xs text-muted">{me?.roles.join(', ')}</p>
        <hr className="my-2 border-line" />
        <button
          type="button"
          onClick={leave}
          className="calm flex h-control w-full items-center gap-2 rounded-sm px-2 hover:bg-off-tint"
        >
          <LogOut aria-hidden="true" className="size-4" strokeWidth={1.75} />
          Sign out
        </button>
        <p className="px-2 pt-2 text-xs text-faint">{`hookspan ${version()}`}</p>
      </Popover.Content>
    </Popover.Root>
  )
}
