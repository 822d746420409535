/** The hub of this page, tied to the query cache, the tab's visibility and the session. */
import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useSyncExternalStore } from 'react'
import { onSignedOut, send } from '@/api/client'
import { apiRoot } from './base'
import { LiveHub, type LiveStatus } from './live'

export const liveTopics = ['events', 'deliveries', 'executions', 'webhooks'] as const

export function createHub(client: QueryClient): LiveHub {
  const open = (lastEventId: string | null, signal: AbortSignal) => {
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (lastEventId !== null) headers['Last-Event-ID'] = lastEventId
    const url = `${apiRoot()}/api/v1/stream?topics=${liveTopics.join(',')}`
    return send(new Request(url, { headers, signal, credentials: 'same-origin', cache: 'no-store' }))
  }
  const hub = new LiveHub(open, (queryKey) => void client.invalidateQueries({ queryKey }))
  document.addEventListener('visibilitychange', () => hub.visible(document.visibilityState === 'visible'))
  onSignedOut(() => hub.stop())
  return hub
}

export const LiveContext = createContext<LiveHub | null>(null)

const never: LiveStatus = { state: 'connecting', gap: false, heardAt: null }

export function useHub(): LiveHub | null {
  return useContext(LiveContext)
}

export function useLiveStatus(): LiveStatus {
  const hub = useHub()
  return useSyncExternalStore(hub?.subscribe ?? (() => () => {}), hub?.get ?? (() => never))
}
