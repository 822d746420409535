/** One polite live region for the whole page. */
import { useSyncExternalStore } from 'react'

let message = ''
const listeners = new Set<() => void>()

export function announce(text: string): void {
  // A repeated text is only read again when the region really changes.
  message = text === message ? `${text}\u00a0` : text
  for (const tell of listeners) tell()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message)
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}
