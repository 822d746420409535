/** Starts the dashboard: nonce, theme, cache, live feed, router. */
import './styles/app.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client'
import { styleNonce, version } from './lib/base'
import { followTheme } from './lib/theme'
import { createHub, LiveContext } from './lib/use-live'
import { createAppRouter } from './router'

// The scroll lock of dialogs writes a style element and asks this name for its nonce.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })

/** An open tab asks for chunks that an upgrade removed: reload once for each version. */
function reloadAfterUpgrade(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const mark = `hookspan.reloaded.${version()}`
    if (sessionStorage.getItem(mark) !== null) return
    sessionStorage.setItem(mark, '1')
    event.preventDefault()
    location.reload()
  })
}

/** The back button must not bring back, from the browser's memory, what a person who left has seen. */
function reloadWhenBroughtBack(): void {
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}

/** A refusal stays a refusal; only what may pass by itself is tried again. */
function shouldRetry(failures: number, error: Error): boolean {
  if (error instanceof ApiError && error.status < 500) return false
  return failures < 2
}

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: shouldRetry, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
})

const root = document.getElementById('root')
if (root !== null) {
  reloadAfterUpgrade()
  reloadWhenBroughtBack()
  followTheme()
  const hub = createHub(client)
  const router = createAppRouter(client, hub)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LiveContext value={hub}>
          <RouterProvider router={router} />
        </LiveContext>
      </QueryClientProvider>
    </StrictMode>,
  )
}
