/** The filters that are on, each with its way out. */
import { X } from 'lucide-react'
import { listOf } from '@/lib/search-string'
import type { FieldsProps, FilterField } from './FilterBar'

export function FilterChips({ fields, search, onChange, text }: FieldsProps & { text?: FilterField }) {
  const all = text ? [...fields, text] : fields
  const chips = all.flatMap((field) => listOf(search[field.name]).map((value) => ({ field, value })))
  if (chips.length === 0) return null
  const clear = () => onChange(Object.fromEntries(all.map(({ name }) => [name, undefined])))
  return (
    <ul aria-label="Active filters" className="flex flex-wrap items-center gap-2">
      {chips.map(({ field, value }) => (
        <li
          key={`${field.name} ${value}`}
          className="inline-flex h-6 items-center rounded-sm border border-line bg-surface pl-2 text-xs"
        >
          <span className="text-muted">{field.label}:&nbsp;</span>
          {wordOf(field, value)}
          <button
            type="button"
            aria-label={`Remove the filter ${field.label} ${wordOf(field, value)}`}
            className="calm ml-1 inline-flex size-6 items-center justify-center text-faint hover:text-text"
            onClick={() => {
              const rest = listOf(search[field.name]).filter((one) => one !== value)
              onChange({ [field.name]: rest.length > 0 ? rest : undefined })
            }}
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="h-6 px-1 text-xs text-accent hover:underline" onClick={clear}>
          Clear all
        </button>
      </li>
    </ul>
  )
}

function wordOf(field: FilterField, value: string): string {
  return field.choices?.find((choice) => choice.value === value)?.word ?? value
}
