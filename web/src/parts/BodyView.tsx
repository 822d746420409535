/** A body of any kind: JSON as a tree, a form as a table, text as text, bytes as hex. */
import { clsx } from 'clsx'
import { useMemo, useState } from 'react'
import { decodeText, hexDump } from '@/lib/bytes'
import { formatBytes } from '@/lib/format'
import { readJson } from '@/lib/json-tokens'
import { JsonView, PlainText } from './JsonView'

const SHOWN_BYTES = 262_144
const SHOWN_HEX_BYTES = 16_384

type Mode = 'pretty' | 'form' | 'raw' | 'hex'

const words: Record<Mode, string> = { pretty: 'Pretty', form: 'Form', raw: 'Raw', hex: 'Hex' }

interface BodyViewProps {
  bytes: Uint8Array
  contentType?: string | null
  label: string
  /** Where the whole body can be downloaded. */
  href?: string
}

/** The ways this body can be shown, the best one first. */
export function modesOf(text: string | null, contentType: string): Mode[] {
  if (text === null) return ['hex']
  if (readJson(text) !== null) return ['pretty', 'raw', 'hex']
  return contentType.includes('x-www-form-urlencoded') ? ['form', 'raw', 'hex'] : ['raw', 'hex']
}

export function BodyView({ bytes, contentType, label, href }: BodyViewProps) {
  const [chosen, setChosen] = useState<Mode | null>(null)
  const isCut = bytes.length > SHOWN_BYTES * 4
  const shown = useMemo(() => (isCut ? bytes.subarray(0, SHOWN_BYTES) : bytes), [bytes, isCut])
  const text = useMemo(() => decodeText(shown), [shown])
  const modes = useMemo(() => modesOf(text, contentType ?? ''), [text, contentType])
  const mode = chosen !== null && modes.includes(chosen) ? chosen : (modes[0] ?? 'hex')
  if (bytes.length === 0) return <p className="text-muted">The body is empty.</p>
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <ModeSwitch modes={modes} mode={mode} onMode={setChosen} label={label} />
        <span className="text-xs text-muted">
          {formatBytes(bytes.length)}
          {contentType && ` · ${contentType}`}
          {isCut && ` · first ${formatBytes(SHOWN_BYTES)} shown`}
        </span>
        {href && (
          <a href={href} download className="ml-auto text-xs text-accent hover:underline">
            Download
          </a>
        )}
      </div>
      {mode === 'pretty' && <JsonView text={text ?? ''} label={label} />}
      {mode === 'form' && <FormTable text={text ?? ''} />}
      {mode === 'raw' && <PlainText text={text ?? ''} label={label} />}
      {mode === 'hex' && (
        <PlainText text={hexDump(shown.subarray(0, SHOWN_HEX_BYTES))} label={`${label} in hex`} />
      )}
    </div>
  )
}

interface ModeSwitchProps {
  modes: Mode[]
  mode: Mode
  onMode: (mode: Mode) => void
  label: string
}

function ModeSwitch({ modes, mode, onMode, label }: ModeSwitchProps) {
  return (
    <fieldset
      className="inline-flex rounded-md border border-line bg-sunken p-px"
      aria-label={`Show ${label} as`}
    >
      {modes.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === mode}
          onClick={() => onMode(one)}
          className={clsx(
            'calm h-6 rounded-sm px-2 text-xs',
            one === mode ? 'bg-surface text-text shadow-low' : 'text-muted hover:text-text',
          )}
        >
          {words[one]}
        </button>
      ))}
    </fieldset>
  )
}

function FormTable({ text }: { text: string }) {
  return (
    <table className="w-full rounded-sm bg-sunken text-sm">
      <caption className="sr-only">Form fields</caption>
      <tbody>
        {[...new URLSearchParams(text)].map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fields may repeat and never move
          <tr key={index}>
            <th scope="row" className="mono px-3 py-1 text-left align-top font-medium whitespace-nowrap">
              {name}
            </th>
            <td className="mono px-3 py-1 wrap-anywhere">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
