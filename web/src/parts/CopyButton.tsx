/** Copies a text and says so, to eyes and to readers. */
import { clsx } from 'clsx'
import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { announce } from './announce'

interface CopyButtonProps {
  text: string | (() => string)
  /** What is copied, in words: "event id". */
  name: string
  /** Shown as a button with this word instead of the icon alone. */
  label?: string
  /** Stays faint until its row is pointed at. */
  quiet?: boolean
}

export function CopyButton({ text, name, label, quiet = false }: CopyButtonProps) {
  const [done, setDone] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
    } catch {
      announce(`The browser refused to copy the ${name}`)
      return
    }
    setDone(true)
    announce(`Copied the ${name}`)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setDone(false), 1500)
  }
  const Icon = done ? Check : Copy
  return (
    <button
      type="button"
      aria-label={label ? undefined : `Copy the ${name}`}
      title={label ? undefined : `Copy the ${name}`}
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
      className={clsx(
        'calm inline-flex shrink-0 items-center justify-center rounded-sm hover:bg-off-tint hover:text-text',
        label
          ? 'h-control-dense gap-1 border border-line bg-surface px-2 text-sm text-text'
          : 'size-6 text-faint',
        quiet &&
          !done &&
          'opacity-40 group-hover/id:opacity-100 group-hover/row:opacity-100 focus-visible:opacity-100',
      )}
    >
      <Icon aria-hidden="true" className={clsx('size-3', done && 'text-ok')} strokeWidth={2} />
      {label && (done ? 'Copied' : label)}
    </button>
  )
}
