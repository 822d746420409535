/** JSON as it was received: folded, searched and copied without ever being rewritten. */
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { formatCount } from '@/lib/format'
import { type Line, linesOf, type Node, pathAt, readJson } from '@/lib/json-tokens'
import { CopyButton } from './CopyButton'
import { PathBar, TreeLine } from './JsonLine'

const SHOWN_LINES = 400
/** Up to here one sees all at once and needs neither search nor folding. */
const FEW_LINES = 12

interface JsonViewProps {
  text: string
  /** What this is, for readers: "Event data". */
  label: string
}

export function JsonView({ text, label }: JsonViewProps) {
  const root = useMemo(() => readJson(text), [text])
  if (root === null) return <PlainText text={text} label={label} />
  return <JsonTree text={text} label={label} root={root} />
}

export function PlainText({ text, label }: JsonViewProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="max-h-well overflow-auto rounded-sm bg-sunken p-3">
      <pre className="mono wrap-anywhere whitespace-pre-wrap">{text}</pre>
    </section>
  )
}

function JsonTree({ text, label, root }: JsonViewProps & { root: Node }) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [at, setAt] = useState<number | null>(null)
  const [wanted, setWanted] = useState('')
  const [limit, setLimit] = useState(SHOWN_LINES)
  const { lines: shown, total } = useMemo(
    () => linesOf(text, root, folded, limit),
    [text, root, folded, limit],
  )
  const chosen = at === null ? undefined : shown[at]
  const isSmall = folded.size === 0 && total <= FEW_LINES
  const prefix = useId()

  const fold = (start: number, close: boolean) => {
    const next = new Set(folded)
    if (close) next.add(start)
    else next.delete(start)
    setFolded(next)
  }
  const move = (event: KeyboardEvent) => {
    const step = treeKey(event.key, shown, at)
    if (step === null) return
    event.preventDefault()
    if ('fold' in step) fold(step.fold, step.close)
    else {
      setAt(step.at)
      document.getElementById(`${prefix}${step.at}`)?.scrollIntoView({ block: 'nearest' })
    }
  }

  return (
    <div className="relative overflow-hidden rounded-sm border border-line bg-sunken">
      {isSmall ? (
        <span className="absolute top-1 right-1 bg-sunken">
          <CopyButton text={text} name="JSON" />
        </span>
      ) : (
        <Toolbar
          text={text}
          wanted={wanted}
          onWanted={setWanted}
          hits={wanted === '' ? null : countHits(text, root, wanted)}
          onFold={(all) => setFolded(all ? groupsIn(root) : new Set())}
        />
      )}
      <div
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={at === null ? undefined : `${prefix}${at}`}
        onKeyDown={move}
        className="mono max-h-well overflow-auto py-2 ring-inside"
      >
        {shown.map((line, index) => (
          <TreeLine
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the text
            key={index}
            id={`${prefix}${index}`}
            line={line}
            chosen={index === at}
            found={wanted !== '' && matches(line, wanted)}
            onChoose={() => setAt(index)}
            onFold={(close) => fold(line.start, close)}
          />
        ))}
      </div>
      {total > limit && (
        <button
          type="button"
          className="w-full border-t border-line py-1 text-accent hover:underline"
          onClick={() => setLimit(limit * 4)}
        >
          {`Show more of ${formatCount(total)} lines`}
        </button>
      )}
      {chosen && (
        <PathBar
          line={chosen}
          path={pathAt(root, chosen.start)}
          value={text.slice(chosen.start, chosen.end)}
        />
      )}
    </div>
  )
}

function matches({ key, text }: Line, wanted: string): boolean {
  return `${key ?? ''} ${text}`.toLowerCase().includes(wanted.toLowerCase())
}

const nothing: ReadonlySet<number> = new Set()

function countHits(text: string, root: Node, wanted: string): number {
  return linesOf(text, root, nothing).lines.filter((line) => matches(line, wanted)).length
}

/** Every group below the root, by its start. */
function groupsIn(root: Node): ReadonlySet<number> {
  const found = new Set<number>()
  const walk = ({ children }: Node) => {
    for (const { node } of children) {
      if (node.children.length > 0) found.add(node.start)
      walk(node)
    }
  }
  walk(root)
  return found
}

type Step = { at: number } | { fold: number; close: boolean }

/** The arrow keys of the tree pattern: up and down move, left and right fold. */
export function treeKey(key: string, lines: Line[], at: number | null): Step | null {
  const here = at === null ? undefined : lines[at]
  if (key === 'ArrowDown') return { at: Math.min(lines.length - 1, at === null ? 0 : at + 1) }
  if (key === 'ArrowUp') return { at: Math.max(0, (at ?? 1) - 1) }
  if (key === 'Home') return { at: 0 }
  if (key === 'End') return { at: lines.length - 1 }
  if (!here?.foldable) return null
  if (key === 'ArrowLeft' && !here.folded) return { fold: here.start, close: true }
  return key === 'ArrowRight' && here.folded ? { fold: here.start, close: false } : null
}

interface ToolbarProps {
  text: string
  wanted: string
  onWanted: (wanted: string) => void
  hits: number | null
  onFold: (all: boolean) => void
}

function Toolbar({ text, wanted, onWanted, hits, onFold }: ToolbarProps) {
  const action = 'h-6 rounded-sm px-2 text-xs text-muted hover:bg-off-tint hover:text-text'
  return (
    <div className="flex items-center gap-1 border-b border-line px-2 py-1">
      <input
        type="search"
        value={wanted}
        onChange={(event) => onWanted(event.target.value)}
        aria-label="Find in this JSON"
        placeholder="Find"
        className="h-6 w-field min-w-0 rounded-sm bg-transparent px-1 text-sm placeholder:text-faint"
      />
      {hits !== null && (
        <output className="text-xs whitespace-nowrap text-muted figures">{hits} found</output>
      )}
      <span className="ml-auto flex items-center">
        <button type="button" className={action} onClick={() => onFold(true)}>
          Fold
        </button>
        <button type="button" className={action} onClick={() => onFold(false)}>
          Unfold
        </button>
        <CopyButton text={text} name="JSON" />
      </span>
    </div>
  )
}
