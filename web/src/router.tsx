/** The map of the dashboard: every screen loads on demand and says which query string it understands. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiError } from './api/client'
import { meQuery } from './api/session'
import { uiBase } from './lib/base'
import type { LiveHub } from './lib/live'
import { parseSearch, type Search, stringifySearch } from './lib/search-string'
import { Crash, NotFound } from './pages/lost'
import { Shell } from './shell/Shell'

interface Context {
  client: QueryClient
  hub: LiveHub
}

/** Keeps the named parameters and drops the rest, so that a stray one never reaches the API. */
function only(...names: string[]) {
  return (search: Record<string, unknown>): Search => {
    const kept = names.filter((name) => search[name] !== undefined)
    return Object.fromEntries(kept.map((name) => [name, search[name] as string | string[]]))
  }
}

const rootRoute = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound })

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: only('to'),
  component: lazyRouteComponent(() => import('./pages/login')),
})

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { to: location.href } })
    }
    context.hub.start()
  },
})

const paging = ['cursor', 'since', 'range', 'from', 'to'] as const

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  validateSearch: only('range'),
  component: lazyRouteComponent(() => import('./pages/home')),
})

const eventsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events',
  validateSearch: only(
    'view',
    'type',
    'status',
    'origin',
    'deliveryStatus',
    'webhookId',
    'workflowId',
    'priority',
    ...paging,
  ),
  component: lazyRouteComponent(() => import('./pages/events')),
})

const eventRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events/$id',
  validateSearch: only('tab'),
  component: lazyRouteComponent(() => import('./pages/event')),
})

const executionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/executions',
  validateSearch: only('status', 'workflowId', 'triggerEventId', ...paging),
  component: lazyRouteComponent(() => import('./pages/executions')),
})

const executionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/executions/$id',
  validateSearch: only('tab', 'step'),
  component: lazyRouteComponent(() => import('./pages/execution')),
})

const routeTree = rootRoute.addChildren([
  loginRoute,
  shellRoute.addChildren([homeRoute, eventsRoute, eventRoute, executionsRoute, executionRoute]),
])

export function createAppRouter(client: QueryClient, hub: LiveHub) {
  return createRouter({
    routeTree,
    basepath: uiBase(),
    context: { client, hub },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: Crash,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
