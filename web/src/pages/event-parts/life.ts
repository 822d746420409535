/** The points of an event's life, read from what the server recorded. */
import { type Delivery, type EventDetail, metadataOf, type Receipt } from '@/api/types'
import { formatPlural } from '@/lib/format'
import type { LifePoint } from '@/parts/Lifeline'
import { lookOf } from '@/parts/status'

export function lifeOf(event: EventDetail, deliveries: Delivery[]): LifePoint[] {
  const points = event.receipt ? receiptPoints(event, event.receipt) : [publishedPoint(event)]
  if (event.counts.executions > 0) {
    points.push({ word: 'Triggered', tone: 'ok', note: formatPlural(event.counts.executions, 'execution') })
  }
  return [...points, ...deliveryPoints(event, deliveries)]
}

function publishedPoint({ createdAt, status }: EventDetail): LifePoint {
  if (status === 'scheduled') return { word: 'Scheduled', tone: 'hollow', at: createdAt }
  return { word: 'Published', tone: 'ok', at: createdAt }
}

function receiptPoints(event: EventDetail, receipt: Receipt): LifePoint[] {
  const { receivedAt } = metadataOf(receipt)
  const points: LifePoint[] = [{ word: 'Received', tone: 'ok', at: receivedAt ?? event.createdAt }]
  const { tone, word } = lookOf('receipt', receipt.status)
  if (receipt.status === 'received') return points
  points.push({
    word,
    tone,
    afterMs: receipt.processingTimeMs,
    note: receipt.filteredReason ?? receipt.errorMessage ?? `answered ${receipt.responseStatus ?? 'nothing'}`,
  })
  return points
}

function deliveryPoints(event: EventDetail, deliveries: Delivery[]): LifePoint[] {
  if (deliveries.length === 0) return []
  const points: LifePoint[] = []
  const count = (status: Delivery['status']) => deliveries.filter((one) => one.status === status)
  const delivered = count('delivered')
  const exhausted = count('exhausted')
  const open = deliveries.filter(({ completedAt, status }) => completedAt === null && status !== 'exhausted')
  const of = (part: Delivery[]) => `${part.length} of ${formatPlural(deliveries.length, 'endpoint')}`
  if (delivered.length > 0) {
    points.push({ word: 'Delivered', tone: 'ok', afterMs: sinceStart(event, delivered), note: of(delivered) })
  }
  if (exhausted.length > 0) {
    points.push({
      word: 'Exhausted',
      tone: 'bad',
      afterMs: sinceStart(event, exhausted),
      note: of(exhausted),
    })
  }
  if (open.length > 0) points.push(nextPoint(open))
  return points
}

function nextPoint(open: Delivery[]): LifePoint {
  const next = open.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).sort()[0]
  if (open.every(({ status }) => status === 'held'))
    return { word: 'Held', tone: 'hollow', future: true, note: 'until the endpoint resumes' }
  if (open.some(({ status }) => status === 'sending'))
    return { word: 'Sending', tone: 'busy', note: 'an attempt is in flight' }
  return { word: 'Next attempt', tone: 'hollow', future: true, at: next ?? null }
}

function sinceStart({ createdAt }: EventDetail, ended: Delivery[]): number | null {
  const last = Math.max(
    ...ended.map(({ completedAt, lastAttemptAt }) => Date.parse(completedAt ?? lastAttemptAt ?? createdAt)),
  )
  return Math.max(0, last - Date.parse(createdAt))
}
