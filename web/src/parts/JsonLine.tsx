/** One line of a JSON tree, and the bar that copies what it holds. */
import { clsx } from 'clsx'
import { ChevronDown, ChevronRight } from 'lucide-react'
import type { Kind, Line } from '@/lib/json-tokens'
import { CopyButton } from './CopyButton'

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

export function TreeLine({ id, line, chosen, found, onChoose, onFold }: TreeLineProps) {
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

export function PathBar({ line, path, value }: { line: Line; path: string; value: string }) {
  return (
    <div className="flex items-center gap-3 border-t border-line bg-surface px-3 py-1">
      <code className="mono truncate">{path}</code>
      <span className="ml-auto flex gap-2">
        <CopyButton text={path} name="path" label="Path" />
        <CopyButton
          text={line.kind === 'string' ? (JSON.parse(value) as string) : value}
          name="value"
          label="Value"
        />
      </span>
    </div>
  )
}
