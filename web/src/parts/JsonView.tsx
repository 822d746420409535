/** JSON as it was received: folded, searched and copied without ever being rewritten. */
import { clsx } from 'clsx'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { type Kind, type Line, linesOf, type Node, readJson } from '@/lib/json-tokens'
import { CopyButton } from './CopyButton'

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

const isGroup = (kind: Kind) => kind === 'object' || kind === 'array'

function JsonTree({ text, label, root }: JsonViewProps & { root: Node }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState<number | null>(null)
  const [wanted, setWanted] = useState('')
  const [limit, setLimit] = useState(SHOWN_LINES)
  const lines = useMemo(() => linesOf(text, root, folded), [text, root, folded])
  const shown = lines.slice(0, limit)
  const chosen = at === null ? undefined : shown[at]
  const isSmall = folded.size === 0 && lines.length <= FEW_LINES
  const prefix = useId()

  const fold = (path: string, close: boolean) => {
    const next = new Set(folded)
    if (close) next.add(path)
    else next.delete(path)
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
          hits={wanted === '' ? null : lines.filter((line) => matches(line, wanted)).length}
          onFold={(all) => setFolded(all ? foldedGroups(lines) : new Set())}
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
            onFold={(close) => fold(line.path, close)}
          />
        ))}
      </div>
      {lines.length > limit && (
        <button
          type="button"
          className="w-full border-t border-line py-1 text-accent hover:underline"
          onClick={() => setLimit(limit * 4)}
        >
          {`Show more of ${lines.length.toLocaleString('en-US')} lines`}
        </button>
      )}
      {chosen && <PathBar line={chosen} value={text.slice(chosen.start, chosen.end)} />}
    </div>
  )
}

function matches({ key, text }: Line, wanted: string): boolean {
  return `${key ?? ''} ${text}`.toLowerCase().includes(wanted.toLowerCase())
}

function foldedGroups(lines: Line[]): ReadonlySet<string> {
  return new Set(lines.filter(({ foldable, path }) => foldable && path !== '$').map(({ path }) => path))
}

type Step = { at: number } | { fold: string; close: boolean }

/** The arrow keys of the tree pattern: up and down move, left and right fold. */
export function treeKey(key: string, lines: Line[], at: number | null): Step | null {
  const here = at === null ? undefined : lines[at]
  if (key === 'ArrowDown') return { at: Math.min(lines.length - 1, at === null ? 0 : at + 1) }
  if (key === 'ArrowUp') return { at: Math.max(0, (at ?? 1) - 1) }
  if (key === 'Home') return { at: 0 }
  if (key === 'End') return { at: lines.length - 1 }
  if (!here?.foldable) return null
  if (key === 'ArrowLeft' && !here.folded) return { fold: here.path, close: true }
  return key === 'ArrowRight' && here.folded ? { fold: here.path, close: false } : null
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

const colours: Record<Kind, string> = {
  object: 'text-muted',
  array: 'text-muted',
  string: 'text-ok',
  number: 'text-busy',
  literal: 'text-warn',
}

interface TreeLineProps {
  id: string
  line: Line
  chosen: boolean
  found: boolean
  onChoose: () => void
  onFold: (close: boolean) => void
}

function TreeLine({ id, line, chosen, found, onChoose, onFold }: TreeLineProps) {
  const Fold = line.folded ? ChevronRight : ChevronDown
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it handles the keys
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={line.depth + 1}
      aria-selected={chosen}
      aria-expanded={line.foldable ? !line.folded : undefined}
      onClick={onChoose}
      className={clsx(
        'flex cursor-default px-2',
        chosen ? 'bg-accent-tint' : found ? 'bg-warn-tint' : 'hover:bg-off-tint',
      )}
      style={{ paddingLeft: `${8 + line.depth * 16}px` }}
    >
      {line.foldable ? (
        <span
          aria-hidden="true"
          className="w-4 shrink-0 cursor-pointer pt-1 text-faint"
          onClick={() => onFold(!line.folded)}
        >
          <Fold className="size-3" strokeWidth={2} />
        </span>
      ) : (
        <span className="w-4 shrink-0" />
      )}
      <span className="wrap-anywhere whitespace-pre-wrap">
        {line.key !== null && (
          <>
            {line.key}
            <span className="text-muted">: </span>
          </>
        )}
        <span className={colours[line.kind]}>{line.text}</span>
        {line.comma && <span className="text-muted">,</span>}
        {line.folded && (
          <span className="pl-2 text-xs text-faint">{`${line.size} ${line.kind === 'array' ? 'items' : 'keys'}`}</span>
        )}
      </span>
    </div>
  )
}

function PathBar({ line, value }: { line: Line; value: string }) {
  return (
    <div className="flex items-center gap-3 border-t border-line bg-surface px-3 py-1">
      <code className="mono truncate">{line.path}</code>
      <span className="ml-auto flex gap-2">
        <CopyButton text={line.path} name="path" label="Path" />
        <CopyButton
          text={isGroup(line.kind) || line.kind !== 'string' ? value : (JSON.parse(value) as string)}
          name="value"
          label="Value"
        />
      </span>
    </div>
  )
}
