/** Executions: one run of a workflow, step by step. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { readJson, sliceJson } from '@/lib/json-tokens'
import { listOf, oneOf, type Search } from '@/lib/search-string'
import { sinceOf } from '@/lib/time-range'
import { api, body, fetchRaw } from './client'
import { executionKeys } from './keys'
import type { ExecutionDetail, ExecutionQuery, ExecutionRow, Page, Step } from './types'

export const EXECUTION_PAGE = 50

export function executionQueryOf(search: Search, now: number): ExecutionQuery {
  const query: ExecutionQuery = { limit: EXECUTION_PAGE }
  const status = listOf(search.status)
  const workflowId = listOf(search.workflowId)
  const triggerEventId = oneOf(search.triggerEventId)
  const cursor = oneOf(search.cursor)
  const since = sinceOf(search, now)
  if (status.length > 0) query.status = status as NonNullable<ExecutionQuery['status']>
  if (workflowId.length > 0) query.workflowId = workflowId
  if (triggerEventId) query.triggerEventId = triggerEventId
  if (cursor) query.cursor = cursor
  if (since) query['createdAt[gte]'] = since
  return query
}

export function executionListQuery(search: Search) {
  return queryOptions({
    queryKey: executionKeys.list(search),
    queryFn: async ({ signal }): Promise<Page<ExecutionRow>> => {
      const query = executionQueryOf(search, Date.now())
      const page = await body(api.GET('/api/v1/executions', { params: { query }, signal }))
      return { ...page, since: query['createdAt[gte]'] ?? undefined }
    },
    placeholderData: keepPreviousData,
  })
}

/** Values keep their own text beside the parsed row, since parsing would round large numbers. */
export interface StepTrace extends Step {
  inputText: string | undefined
  outputText: string | undefined
}

export interface ExecutionTrace extends ExecutionDetail {
  inputText: string | undefined
  outputText: string | undefined
  steps: StepTrace[]
}

export function traceOf(text: string): ExecutionTrace {
  const { steps = [], ...execution } = JSON.parse(text) as ExecutionDetail
  const root = readJson(text)
  const written = (...at: (string | number)[]) => sliceJson(text, at, root)
  return {
    ...execution,
    inputText: written('input'),
    outputText: written('output'),
    steps: steps.map((step, index) => ({
      ...step,
      inputText: written('steps', index, 'input'),
      outputText: written('steps', index, 'output'),
    })),
  }
}

export function executionQuery(id: string) {
  return queryOptions({
    queryKey: executionKeys.detail(id),
    queryFn: async ({ signal }) => {
      const response = await fetchRaw(`/api/v1/executions/${id}?expand=steps`, signal)
      return traceOf(await response.text())
    },
  })
}

export function useCancelExecution(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () =>
      body(api.POST('/api/v1/executions/{execution_id}/cancel', { params: { path: { execution_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: executionKeys.all }),
  })
}

/** Names for the ids of workflows; lists show the id until they are known. */
export const workflowNamesQuery = queryOptions({
  queryKey: ['workflows', 'names'],
  queryFn: async ({ signal }) => {
    const page = await body(api.GET('/api/v1/workflows', { params: { query: { limit: 250 } }, signal }))
    return new Map(page.data.map(({ id, name }) => [id, name]))
  },
  staleTime: 60_000,
  retry: false,
})
