/** Steps as bars on one time line. */
import type { ExecutionTrace, StepTrace } from '@/api/executions'
import { lookOf } from '@/parts/status'
import type { Span } from '@/parts/Waterfall'

export interface Trace {
  spans: Span[]
  totalMs: number
}

export function spansOf(execution: ExecutionTrace, now: number): Trace {
  const start = Date.parse(execution.createdAt)
  const begun = execution.startedAt === null ? null : Date.parse(execution.startedAt)
  const end = execution.completedAt === null ? now : Date.parse(execution.completedAt)
  const steps = execution.steps.map((step) => spanOf(step, start, end))
  const waited = (begun ?? end) - start
  const queued: Span = {
    id: 'queued',
    name: 'Queued',
    kind: 'queue',
    tone: 'hollow',
    word: begun === null ? 'waiting for a worker' : 'waited for a worker',
    startMs: 0,
    durationMs: waited,
    waiting: true,
  }
  const totalMs = Math.max(
    1,
    end - start,
    ...steps.map(({ startMs, durationMs }) => (startMs ?? 0) + (durationMs ?? 0)),
  )
  return { spans: [queued, ...steps], totalMs }
}

function spanOf(step: StepTrace, start: number, end: number): Span {
  const { tone, word } = lookOf('step', step.status)
  const startMs = step.startedAt === null ? null : Math.max(0, Date.parse(step.startedAt) - start)
  const stillRuns = step.startedAt !== null && step.completedAt === null
  const sinceMs = stillRuns ? Math.max(0, end - start - (startMs ?? 0)) : null
  return {
    id: step.stepId,
    name: step.name ?? step.stepId,
    kind: step.kind,
    tone,
    word,
    startMs,
    durationMs: step.durationMs ?? sinceMs,
  }
}
