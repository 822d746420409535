/** Paging, filters and live rows of a list behind one hook, so every list behaves the same. */
import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Page } from '@/api/types'
import { useHeldRows } from './held-rows'
import { oneOf, type Search } from './search-string'

export interface ListOptions<Row, Key extends QueryKey> {
  query: UseQueryOptions<Page<Row>, Error, Page<Row>, Key>
  search: Search
  keyOf: (row: Row) => string
  /** Writes the query string; the URL is the state. */
  onSearch: (next: Search) => void
}

const none: never[] = []

/** Changes filters: every page but the first belongs to the old ones. */
export function withFilters(search: Search, change: Search): Search {
  const { cursor: _cursor, since: _since, ...rest } = { ...search, ...change }
  return rest
}

export function useListQuery<Row, Key extends QueryKey>({
  query,
  search,
  keyOf,
  onSearch,
}: ListOptions<Row, Key>) {
  const [reading, setReading] = useState(false)
  const [live, setLive] = useState(true)
  const answer = useQuery(query)
  const page = answer.data
  const listKey = `${answer.isPlaceholderData ? 'before ' : ''}${JSON.stringify(query.queryKey)}`
  const isFirst = oneOf(search.cursor) === undefined
  const held = useHeldRows<Row>(page?.data ?? none, { hold: isFirst && (reading || !live), listKey, keyOf })

  const goTo = (cursor: string | null | undefined) => {
    const { cursor: _cursor, since: _since, ...rest } = search
    onSearch(cursor ? { ...rest, cursor, ...(page?.since ? { since: page.since } : {}) } : rest)
  }

  return {
    ...held,
    error: answer.error,
    isLoading: answer.isPending,
    isRefreshing: answer.isFetching && answer.isPlaceholderData,
    retry: () => void answer.refetch(),
    live,
    setLive,
    setReading,
    isFirst,
    hasNext: page?.hasMore ?? false,
    hasPrevious: !isFirst,
    next: () => goTo(page?.nextCursor),
    previous: () => goTo(page?.prevCursor),
    first: () => goTo(null),
  }
}

export type ListState<Row> = Omit<ReturnType<typeof useListQuery<Row, QueryKey>>, never>
