/** An empty log: how to make the first event, or how to widen the filters. */

import { commands, useBaseUrl } from '@/lib/commands'
import { oneOf, type Search } from '@/lib/search-string'
import { isRange, ranges, rangeWords } from '@/lib/time-range'
import { withFilters } from '@/lib/use-list-query'
import { Button } from '@/parts/Button'
import { EmptyState } from '@/parts/states'

interface NoEventsProps {
  search: Search
  filtered: boolean
  onSearch: (next: Search) => void
}

export function NoEvents({ search, filtered, onSearch }: NoEventsProps) {
  const base = useBaseUrl()
  if (filtered) return <NoMatch search={search} onSearch={onSearch} />
  return (
    <EmptyState title="No events yet" command={commands.publishEvent(base)}>
      An event is a fact: a request that came in, or something your application published. The first one
      appears here by itself.
    </EmptyState>
  )
}

function NoMatch({ search, onSearch }: Omit<NoEventsProps, 'filtered'>) {
  const range = oneOf(search.range)
  const wider = isRange(range) ? ranges[ranges.indexOf(range) + 1] : undefined
  return (
    <EmptyState
      title="No events match"
      action={
        <>
          {wider && (
            <Button onClick={() => onSearch(withFilters(search, { range: wider }))}>
              {rangeWords[wider]}
            </Button>
          )}
          <Button onClick={() => onSearch(search.view ? { view: search.view } : {})}>
            Clear the filters
          </Button>
        </>
      }
    >
      Remove a filter above, or look further back.
    </EmptyState>
  )
}
