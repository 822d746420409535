/** Filters as chips over the query string: what the address says is what is filtered. */
import { ListFilter, Search as SearchIcon } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { listOf, oneOf, type Search } from '@/lib/search-string'
import { ranges, rangeWords } from '@/lib/time-range'
import { withFilters } from '@/lib/use-list-query'
import { buttonClass } from './Button'
import { FilterChips } from './FilterChips'

export interface Choice {
  value: string
  word: string
}

export interface FilterField {
  name: string
  label: string
  /** Fixed values, several at once; without them the field is typed. */
  choices?: Choice[]
  placeholder?: string
  /** Only one of the choices at a time. */
  single?: boolean
}

interface FilterBarProps {
  fields: FilterField[]
  search: Search
  onSearch: (next: Search) => void
  /** Name of the free text parameter, when the list has one. */
  text?: { name: string; label: string; placeholder: string }
  children?: ReactNode
}

export function FilterBar({ fields, search, onSearch, text, children }: FilterBarProps) {
  const change = (next: Search) => onSearch(withFilters(search, next))
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {text && <TextFilter {...text} value={oneOf(search[text.name]) ?? ''} onChange={change} />}
        <RangeFilter value={oneOf(search.range) ?? ''} onChange={change} />
        <FilterMenu fields={fields} search={search} onChange={change} />
        <div className="ml-auto flex items-center gap-2">{children}</div>
      </div>
      <FilterChips fields={fields} search={search} onChange={change} {...(text ? { text } : {})} />
    </div>
  )
}

const control =
  'h-control rounded-sm border border-line-strong bg-surface text-sm text-text placeholder:text-faint'

interface TextFilterProps {
  name: string
  label: string
  placeholder: string
  value: string
  onChange: (change: Search) => void
}

function TextFilter({ name, label, placeholder, value, onChange }: TextFilterProps) {
  const [draft, setDraft] = useState({ of: value, text: value })
  // The address changed under the field, by a chip or the back button; a remount would lose the focus.
  if (draft.of !== value) setDraft({ of: value, text: value })
  return (
    <search className="relative w-full sm:w-search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onChange({ [name]: draft.text || undefined })
        }}
      >
        <SearchIcon
          aria-hidden="true"
          className="absolute top-2 left-2 size-4 text-faint"
          strokeWidth={1.75}
        />
        <input
          name={name}
          type="search"
          value={draft.text}
          onChange={(event) => setDraft({ of: value, text: event.target.value })}
          aria-label={label}
          placeholder={placeholder}
          data-filter=""
          className={`${control} w-full pr-2 pl-8`}
        />
      </form>
    </search>
  )
}

function RangeFilter({ value, onChange }: { value: string; onChange: (change: Search) => void }) {
  return (
    <select
      aria-label="Time range"
      value={value}
      onChange={(event) =>
        onChange({ range: event.target.value || undefined, from: undefined, to: undefined })
      }
      className={`${control} px-2`}
    >
      <option value="">Any time</option>
      {ranges.map((range) => (
        <option key={range} value={range}>
          {rangeWords[range]}
        </option>
      ))}
    </select>
  )
}

export interface FieldsProps {
  fields: FilterField[]
  search: Search
  onChange: (change: Search) => void
}

function FilterMenu({ fields, search, onChange }: FieldsProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={buttonClass('plain', false)}>
        <ListFilter aria-hidden="true" className="size-4" strokeWidth={1.75} />
        Filter
      </Popover.Trigger>
      <Popover.Content
        align="start"
        sideOffset={4}
        collisionPadding={16}
        aria-label="Filters"
        className="layer z-50 flex max-h-(--radix-popover-content-available-height) w-menu flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-surface p-4 shadow-high"
      >
        {fields.map((field) =>
          field.choices ? (
            <ChoiceField
              key={field.name}
              field={field}
              picked={listOf(search[field.name])}
              onChange={onChange}
            />
          ) : (
            <TypedField
              key={field.name}
              field={field}
              value={oneOf(search[field.name]) ?? ''}
              onChange={(change) => {
                onChange(change)
                setOpen(false)
              }}
            />
          ),
        )}
      </Popover.Content>
    </Popover.Root>
  )
}

interface ChoiceFieldProps {
  field: FilterField
  picked: string[]
  onChange: (change: Search) => void
}

function ChoiceField({ field, picked, onChange }: ChoiceFieldProps) {
  const toggle = (value: string) => {
    const others = field.single ? [] : picked.filter((one) => one !== value)
    const next = picked.includes(value) ? others : [...others, value]
    onChange({ [field.name]: next.length > 0 ? next : undefined })
  }
  return (
    <fieldset>
      <legend className="eyebrow pb-1">{field.label}</legend>
      <div className="grid grid-cols-2 gap-x-2">
        {field.choices?.map(({ value, word }) => (
          <label key={value} className="flex min-h-6 cursor-pointer items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={picked.includes(value)}
              onChange={() => toggle(value)}
              className="size-4 accent-accent"
            />
            {word}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function TypedField({
  field,
  value,
  onChange,
}: {
  field: FilterField
  value: string
  onChange: (change: Search) => void
}) {
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget).get(field.name)
        onChange({ [field.name]: typed ? String(typed) : undefined })
      }}
    >
      <label className="eyebrow" htmlFor={`filter-${field.name}`}>
        {field.label}
      </label>
      <input
        id={`filter-${field.name}`}
        name={field.name}
        defaultValue={value}
        placeholder={field.placeholder}
        className={`${control} px-2`}
        autoComplete="off"
      />
    </form>
  )
}

/** Whether anything but the range narrows the list. */
export function isFiltered(fields: FilterField[], search: Search, text?: string): boolean {
  return [...fields.map(({ name }) => name), 'range', ...(text ? [text] : [])].some(
    (name) => listOf(search[name]).length > 0,
  )
}
