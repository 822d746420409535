/** The frame of every screen: way in, way around, what is live, who is here. */
import { Outlet } from '@tanstack/react-router'
import { Menu, PanelLeft } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Suspense, useState } from 'react'
import { useFocusReturn } from '@/lib/focus'
import { sidebar, useChoice } from '@/lib/theme'
import { Announcer } from '@/parts/announce'
import { IconButton } from '@/parts/Button'
import { LiveBanner } from '@/parts/LivePill'
import { Skeleton } from '@/parts/states'
import { Brand, Navigation } from './Navigation'
import { SignInAgain } from './SignInAgain'
import { TopBar } from './TopBar'

export function Shell() {
  const [drawer, setDrawer] = useState(false)
  const collapsed = useChoice(sidebar) === 'collapsed'
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside
        className={`sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-surface lg:flex ${collapsed ? 'w-sidebar-collapsed' : 'w-sidebar'}`}
      >
        <Brand collapsed={collapsed} />
        <Navigation collapsed={collapsed} />
        <div className="mt-auto p-3">
          <IconButton
            icon={PanelLeft}
            name={collapsed ? 'Widen the sidebar' : 'Narrow the sidebar'}
            onClick={sidebar.toggle}
          />
        </div>
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          menu={<IconButton icon={Menu} name="Menu" className="lg:hidden" onClick={() => setDrawer(true)} />}
        />
        <LiveBanner />
        <main id="main" className="mx-auto w-full max-w-page min-w-0 flex-1 p-4 sm:p-6">
          <Suspense fallback={<Skeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <NavigationDrawer open={drawer} onOpen={setDrawer} />
      <SignInAgain />
      <Announcer />
    </div>
  )
}

function NavigationDrawer({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const focusReturn = useFocusReturn()
  return (
    <Dialog.Root open={open} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          {...focusReturn}
          aria-describedby={undefined}
          className="layer fixed inset-y-0 left-0 z-50 w-sidebar border-r border-line bg-surface shadow-high"
        >
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          <Brand collapsed={false} />
          <Navigation collapsed={false} onGo={() => onOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
