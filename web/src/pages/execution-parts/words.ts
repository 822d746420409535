/** Words for what starts an execution, and for what went wrong. */
import type { ExecutionRow, Failure } from '@/api/types'

export const triggerWords: Record<ExecutionRow['triggerType'], string> = {
  webhook: 'Source',
  webhook_replay: 'Replay',
  event: 'Event',
  schedule: 'Schedule',
  manual: 'By hand',
}

/** The sentence of a failure, whichever form it has. */
export function failureText(
  error: Pick<Failure, 'code' | 'message'> | string | null | undefined,
): string | null {
  if (error === null || error === undefined) return null
  if (typeof error === 'string') return error
  return (
    [error.message, error.code && `(${error.code})`].filter(Boolean).join(' ') || 'Failed without a message'
  )
}
