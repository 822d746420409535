import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/styles/tokens.css', 'utf8')

function themeOf(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`))
  const body = block.slice(0, block.indexOf('\n}'))
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  )
}

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
}

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = linear(hex)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one = '', other = ''): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const surfaces = ['bg', 'surface', 'sunken']
const hues = ['ok', 'busy', 'warn', 'bad', 'off']

describe.each([
  ['light', ':root'],
  ['dark', '[data-theme="dark"]'],
])('%s', (_name, selector) => {
  const theme = themeOf(selector)
  const ratio = (one: string, other: string) => contrast(theme[one], theme[other])

  it.each(['text', 'muted', 'faint', 'accent', ...hues])('%s is readable on every surface', (name) => {
    for (const surface of surfaces) expect(ratio(name, surface)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(hues)('%s is readable on its tint', (name) => {
    expect(ratio(name, `${name}-tint`)).toBeGreaterThanOrEqual(4.5)
  })

  it.each([...hues.map((name) => `${name}-solid`), 'line-strong', 'accent'])(
    '%s stands out from panels',
    (name) => {
      expect(ratio(name, 'surface')).toBeGreaterThanOrEqual(3)
    },
  )

  it.each([
    ['on-accent', 'accent'],
    ['accent', 'accent-tint'],
    ['text', 'accent-tint'],
    ['text', 'off-tint'],
    ['muted', 'off-tint'],
    ['text', 'warn-tint'],
  ])('%s is readable on %s', (name, ground) => {
    expect(ratio(name, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it('every colour of the other theme exists', () => {
    expect(Object.keys(theme).sort()).toEqual(Object.keys(themeOf(':root')).sort())
  })
})
