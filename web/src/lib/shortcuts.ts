/** Single-letter keys: off while typing, off with a modifier, never the only way to do a thing. */
import { type RefObject, useCallback, useEffect } from 'react'

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}

/** Runs `act` for the keys it names; the latest one mounted wins by handling first. */
export function useKeys(act: (key: string, event: KeyboardEvent) => boolean): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      if (document.querySelector('[role="dialog"]') !== null) return
      if (act(event.key, event)) event.preventDefault()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [act])
}

/** The row after or before the focused one; the first when none is. */
function neighbour(box: HTMLElement, step: number): HTMLElement | undefined {
  const links = [...box.querySelectorAll<HTMLElement>('a[data-row]')]
  const here = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement))
  return links[here === -1 ? 0 : Math.min(links.length - 1, Math.max(0, here + step))]
}

/** `j` and `k` walk through the links marked as rows. */
export function useRowKeys(box: RefObject<HTMLElement | null>): void {
  const act = useCallback(
    (key: string) => {
      if ((key !== 'j' && key !== 'k') || box.current === null) return false
      neighbour(box.current, key === 'j' ? 1 : -1)?.focus()
      return true
    },
    [box],
  )
  useKeys(act)
}
