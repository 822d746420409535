/** Which cached answers a live frame makes old, and how soon they are read again. */
import { deliveryKeys, eventKeys, executionKeys, setupKeys, statsKeys } from '@/api/keys'

/** What a live frame carries of interest here; it never holds a payload. */
export interface Frame {
  id?: string
  topic?: string
  type: string
  eventId?: string
  executionId?: string
  deliveryId?: string
  workflowId?: string
  status?: string
  lost?: number
  timestamp?: string
}

export interface Effect {
  key: readonly unknown[]
  /** At most one read in this time, however many frames arrive. */
  everyMs: number
}

const LIST_MS = 1000
const DETAIL_MS = 400
const STATS_MS = 2000

const stats: Effect = { key: statsKeys.all, everyMs: STATS_MS }
const setup: Effect = { key: setupKeys.all, everyMs: STATS_MS }
const eventLists: Effect = { key: eventKeys.lists, everyMs: LIST_MS }
const executionLists: Effect = { key: executionKeys.lists, everyMs: LIST_MS }

/** The frames are small on purpose: they say what changed, the API says how it is now. */
export function effectsOf(frame: Frame): Effect[] {
  const family = frame.type.split('.')[0]
  // An event may start an execution, whose own first frame comes only when a worker claims it.
  if (family === 'webhook' || family === 'event') {
    return [eventLists, executionLists, ...eventEffects(frame), stats, setup]
  }
  if (family === 'delivery') return [eventLists, ...eventEffects(frame), ...deliveryEffects(frame), stats]
  if (family === 'execution')
    return [executionLists, ...executionEffects(frame), ...eventEffects(frame), stats]
  if (family === 'step' || family === 'progress') return executionEffects(frame)
  if (family === 'endpoint') return [setup]
  return family === 'queue' ? [stats] : []
}

function eventEffects({ eventId }: Frame): Effect[] {
  if (eventId === undefined) return []
  return [
    { key: eventKeys.detail(eventId), everyMs: DETAIL_MS },
    { key: eventKeys.deliveries(eventId), everyMs: DETAIL_MS },
  ]
}

function deliveryEffects({ deliveryId }: Frame): Effect[] {
  return deliveryId === undefined ? [] : [{ key: deliveryKeys.attempts(deliveryId), everyMs: DETAIL_MS }]
}

function executionEffects({ executionId }: Frame): Effect[] {
  return executionId === undefined ? [] : [{ key: executionKeys.detail(executionId), everyMs: DETAIL_MS }]
}

/** What a gap, a reconnect without history or a poll reads again: all that is on screen and can change. */
export const everything: readonly (readonly unknown[])[] = [
  eventKeys.lists,
  ['events', 'detail'],
  ['events', 'deliveries'],
  ['deliveries', 'attempts'],
  executionKeys.all,
  statsKeys.all,
  setupKeys.all,
]
