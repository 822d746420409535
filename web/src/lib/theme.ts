/** The reader's choices of theme, time zone and layout, kept in this browser. */
import { useSyncExternalStore } from 'react'
import type { Zone } from './format'

export type Theme = 'system' | 'light' | 'dark'

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

class Choice<Value extends string> {
  private readonly listeners = new Set<() => void>()
  private value: Value

  constructor(
    private readonly key: string,
    private readonly choices: readonly [Value, ...Value[]],
  ) {
    this.value = choices.find((choice) => choice === read(key)) ?? choices[0]
  }

  readonly get = (): Value => this.value

  readonly set = (value: Value): void => {
    this.value = value
    try {
      localStorage.setItem(this.key, value)
    } catch {
      // A browser that refuses storage keeps the choice for this page only.
    }
    for (const tell of this.listeners) tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly toggle = (): void => {
    const index = this.choices.indexOf(this.value)
    this.set(this.choices[(index + 1) % this.choices.length] ?? this.value)
  }
}

export const theme = new Choice<Theme>('hookspan.theme', ['system', 'light', 'dark'])
export const zone = new Choice<Zone>('hookspan.zone', ['utc', 'local'])
export const sidebar = new Choice<'open' | 'collapsed'>('hookspan.sidebar', ['open', 'collapsed'])
export const firstSteps = new Choice<'shown' | 'hidden'>('hookspan.firstSteps', ['shown', 'hidden'])

export function useChoice<Value extends string>(choice: Choice<Value>): Value {
  return useSyncExternalStore(choice.subscribe, choice.get)
}

/** Keeps the page in step with the choice and with the system's. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const dark = theme.get() === 'dark' || (theme.get() === 'system' && system.matches)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }
  system.addEventListener('change', apply)
  theme.subscribe(apply)
  apply()
}
