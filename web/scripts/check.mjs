/** The rules no linter knows: sizes, tokens, freshness of generated types, budgets of the built files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { generated, source, target } from './generate.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const root = here('..')
const problems = []

const files = readdirSync(here('../src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|tsx|css)$/.test(entry.name) && entry.name !== 'schema.gen.ts')
  .map((entry) => join(entry.parentPath, entry.name))

const palette =
  'slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose'
const rules = [
  [/#[0-9a-fA-F]{3,8}\b(?=['"; )])/, 'a colour outside tokens.css'],
  [new RegExp(`-(${palette})-\\d{2,3}\\b`), 'a raw palette class'],
  [/-\[[^\]]*\d(px|rem)[^\]]*\]/, 'an arbitrary size'],
  [/\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write/, 'markup from text'],
]

for (const file of files) {
  const name = relative(root, file)
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n')
  if (lines.length > 251) problems.push(`${name}: ${lines.length - 1} lines, at most 250`)
  if (/tokens\.css$|\.test\.tsx?$/.test(name)) continue
  lines.forEach((line, index) => {
    for (const [pattern, what] of rules)
      if (pattern.test(line)) problems.push(`${name}:${index + 1}: ${what}`)
  })
}

if (!existsSync(source)) console.log('openapi.json is not there yet; the types were not compared')
else if (!existsSync(target)) problems.push('src/api/schema.gen.ts is missing: npm run generate')
else if (readFileSync(target, 'utf8') !== (await generated()))
  problems.push('src/api/schema.gen.ts is old: npm run generate')

const lock = readFileSync(here('../package-lock.json'), 'utf8')
if (lock.includes('"resolved"'))
  problems.push('package-lock.json names a registry: make it anew with the settings of .npmrc')

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

/** A chunk and everything it imports before it runs. */
function withImports(assets, name, seen = new Set()) {
  if (seen.has(name) || !assets.has(name)) return seen
  seen.add(name)
  if (name.endsWith('.js')) {
    for (const [, next] of assets
      .get(name)
      .toString()
      .matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
      withImports(assets, next, seen)
  }
  return seen
}

function budgets(folder) {
  const assets = new Map(
    readdirSync(join(folder, 'assets')).map((name) => [name, readFileSync(join(folder, 'assets', name))]),
  )
  const html = readFileSync(join(folder, 'index.html'))
  const named = [...html.toString().matchAll(/assets\/([^"]+\.(?:js|css))/g)].map(([, name]) => name)
  const list = [...assets.keys()].filter((name) => /^events-.*\.js$/.test(name))
  const first = new Set(named)
  for (const name of [...named, ...list]) for (const one of withImports(assets, name)) first.add(one)
  const size = (names) => [...names].reduce((sum, name) => sum + gzipSync(assets.get(name)).length, 0)
  const lazy = [...assets.keys()].filter((name) => name.endsWith('.js') && !first.has(name))
  const fonts = [...assets.keys()].filter((name) => name.endsWith('.woff2'))
  const raw = [...assets.values()].reduce((sum, bytes) => sum + bytes.length, html.length)
  const rows = [
    ['first screen (list), JS + CSS, gzip', size(first), 180_000],
    ['largest lazy chunk, gzip', Math.max(0, ...lazy.map((name) => size([name]))), 170_000],
    ['fonts', fonts.reduce((sum, name) => sum + assets.get(name).length, 0), 90_000],
    ['whole UI, raw', raw, 1_800_000],
    ['whole UI in the wheel', size(assets.keys()), 700_000],
  ]
  for (const [what, bytes, limit] of rows) {
    console.log(`${what.padEnd(40)}${kB(bytes).padStart(10)} of ${kB(limit)}`)
    if (bytes > limit) problems.push(`${what}: ${kB(bytes)}, at most ${kB(limit)}`)
  }
}

const built = here('../../src/hookspan/static')
if (existsSync(join(built, 'index.html'))) budgets(built)
else console.log(`${basename(built)} is not built; the budgets were not measured`)

for (const problem of problems) console.error(problem)
process.exit(problems.length > 0 ? 1 : 0)
