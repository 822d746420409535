/**
 * Reads JSON without ever making numbers or objects of it, so that 64-bit ids, key order and
 * repeated keys are shown as they were received. Grammar: RFC 8259; anything else gives `null`.
 */

export type Kind = 'object' | 'array' | 'string' | 'number' | 'literal'

export interface Node {
  kind: Kind
  /** Where the value stands in the text. */
  start: number
  end: number
  children: Child[]
}

export interface Child {
  /** The key as written, with quotes; `null` inside an array. */
  key: string | null
  node: Node
}

const string = /"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/uy
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const literal = /true|false|null/y
const MAX_DEPTH = 512

class Reader {
  at = 0

  constructor(readonly text: string) {}

  match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }

  space(): void {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1
  }

  take(character: string): boolean {
    this.space()
    if (this.text.charAt(this.at) !== character) return false
    this.at += 1
    return true
  }

  value(depth: number): Node | null {
    this.space()
    const start = this.at
    if (depth > MAX_DEPTH) return null
    const first = this.text.charAt(start)
    if (first === '{') return this.group('object', '}', depth)
    if (first === '[') return this.group('array', ']', depth)
    const kind = this.scalar(first)
    return kind && { kind, start, end: this.at, children: [] }
  }

  private scalar(first: string): Kind | null {
    if (first === '"') return this.match(string) ? 'string' : null
    if (this.match(number)) return 'number'
    return this.match(literal) ? 'literal' : null
  }

  private group(kind: 'object' | 'array', close: string, depth: number): Node | null {
    const start = this.at
    this.at += 1
    const children: Child[] = []
    if (this.take(close)) return { kind, start, end: this.at, children }
    do {
      const child = this.child(kind, depth)
      if (child === null) return null
      children.push(child)
    } while (this.take(','))
    return this.take(close) ? { kind, start, end: this.at, children } : null
  }

  private child(kind: 'object' | 'array', depth: number): Child | null {
    let key: string | null = null
    if (kind === 'object') {
      this.space()
      const start = this.at
      if (!this.match(string)) return null
      key = this.text.slice(start, this.at)
      if (!this.take(':')) return null
    }
    const node = this.value(depth + 1)
    return node && { key, node }
  }
}

/** The tree of a JSON text, or `null` when the text is not JSON. */
export function readJson(text: string): Node | null {
  const reader = new Reader(text)
  const node = reader.value(0)
  reader.space()
  return node !== null && reader.at === text.length ? node : null
}

/** The text of the value at a path of keys and indices, exactly as written. */
export function sliceJson(
  text: string,
  path: (string | number)[],
  root = readJson(text),
): string | undefined {
  let node = root
  for (const step of path) {
    if (node === null) return undefined
    const child: Child | undefined =
      typeof step === 'number'
        ? node.children[step]
        : node.children.findLast(({ key }) => nameOf(key) === step)
    node = child?.node ?? null
  }
  return node === null ? undefined : text.slice(node.start, node.end)
}

/** The key without its quotes and escapes. */
export function nameOf(key: string | null): string | null {
  return key === null ? null : (JSON.parse(key) as string)
}

/** `$.data.items[0]["odd key"]`: the spelling filters use. */
export function extendPath(path: string, key: string | null, index: number): string {
  const name = nameOf(key)
  if (name === null) return `${path}[${index}]`
  return /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}

/** The path of the value that starts at an offset, found on demand since few are ever asked for. */
export function pathAt(root: Node, start: number): string {
  let path = '$'
  let node = root
  while (node.start !== start) {
    const index = node.children.findLastIndex((child) => child.node.start <= start)
    const child = node.children[index]
    if (child === undefined) return path
    path = extendPath(path, child.key, index)
    node = child.node
  }
  return path
}

export interface Line {
  depth: number
  key: string | null
  kind: Kind
  /** What stands on the line: a scalar, an opening bracket, a closing one, or a folded group. */
  text: string
  foldable: boolean
  folded: boolean
  /** Children of a folded group. */
  size: number
  comma: boolean
  /** Where the value stands in the text; `start` names it among all others. */
  start: number
  end: number
}

export interface Lines {
  lines: Line[]
  /** All lines there are; those beyond the limit are counted, not made. */
  total: number
}

const brackets: Partial<Record<Kind, [string, string]>> = { object: ['{', '}'], array: ['[', ']'] }

/** A value that fits one line: a scalar, an empty group, or a folded one. */
function onOneLine(text: string, { kind, start, end }: Node, folded: boolean): string {
  const [open, close] = brackets[kind] ?? []
  if (open === undefined) return text.slice(start, end)
  return folded ? `${open} … ${close}` : `${open}${close}`
}

/** The tree as lines of text, with the groups in `folded` (by their start) closed to one line. */
export function linesOf(
  text: string,
  root: Node,
  folded: ReadonlySet<number>,
  limit = Number.POSITIVE_INFINITY,
): Lines {
  const lines: Line[] = []
  let total = 0
  const add = (
    depth: number,
    { key, node }: Child,
    shown: Pick<Line, 'text' | 'foldable' | 'folded' | 'comma'>,
  ) => {
    total += 1
    if (lines.length >= limit) return
    const { kind, start, end, children } = node
    lines.push({ depth, key, kind, start, end, size: children.length, ...shown })
  }
  const walk = (child: Child, depth: number, comma: boolean) => {
    const { node } = child
    const foldable = node.children.length > 0
    const isFolded = foldable && folded.has(node.start)
    if (!foldable || isFolded) {
      return add(depth, child, { text: onOneLine(text, node, isFolded), foldable, folded: isFolded, comma })
    }
    const [open, close] = brackets[node.kind] ?? ['', '']
    add(depth, child, { text: open, foldable: true, folded: false, comma: false })
    const last = node.children.length - 1
    for (const [index, inner] of node.children.entries()) walk(inner, depth + 1, index < last)
    add(depth, { key: null, node }, { text: close, foldable: false, folded: false, comma })
  }
  walk({ key: null, node: root }, 0, false)
  return { lines, total }
}
