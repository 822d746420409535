import { render, screen } from '@testing-library/react'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DeliveryStatus, ExecutionStatus, Outcome, ReceiptStatus, StepStatus } from '@/api/types'
import { StatusPill } from './StatusPill'
import {
  deliveryLooks,
  executionLooks,
  lookOf,
  outcomeLooks,
  receiptLooks,
  type StatusOf,
  stepLooks,
  toneIcons,
} from './status'

it('every status of the contract has its row', () => {
  expectTypeOf<StatusOf<'receipt'>>().toEqualTypeOf<ReceiptStatus>()
  expectTypeOf<StatusOf<'delivery'>>().toEqualTypeOf<DeliveryStatus>()
  expectTypeOf<StatusOf<'attempt'>>().toEqualTypeOf<Outcome>()
  expectTypeOf<StatusOf<'execution'>>().toEqualTypeOf<ExecutionStatus>()
  expectTypeOf<StatusOf<'step'>>().toEqualTypeOf<StepStatus>()
})

it('only a delivered attempt is good and only an unknown one is unsure', () => {
  const tones = Object.entries(outcomeLooks).map(([outcome, { tone }]) => [outcome, tone])

  expect(tones.filter(([, tone]) => tone !== 'bad')).toEqual([
    ['delivered', 'ok'],
    ['unknown', 'warn'],
  ])
})

it('what has not happened yet is hollow', () => {
  const hollow = [receiptLooks, deliveryLooks, executionLooks].flatMap((table) =>
    Object.entries(table).flatMap(([status, { tone }]) => (tone === 'hollow' ? status : [])),
  )

  expect(hollow).toEqual(['received', 'held', 'pending', 'held', 'pending', 'waiting'])
})

it('a skipped step is off, as a cancelled one', () => {
  expect([stepLooks.skipped.tone, stepLooks.cancelled.tone]).toEqual(['off', 'off'])
})

it('two tones never share a picture', () => {
  expect(new Set(Object.values(toneIcons)).size).toBe(Object.keys(toneIcons).length)
})

describe('the pill', () => {
  it('says its word beside a picture that readers skip', () => {
    const { container } = render(<StatusPill of="delivery" status="exhausted" />)

    expect(screen.getByText('Exhausted')).toBeVisible()
    expect(container.querySelector('svg')).toHaveAttribute('aria-hidden', 'true')
  })

  it('keeps the word of a status newer than the page', () => {
    expect(lookOf('delivery', 'parked' as DeliveryStatus)).toEqual({ tone: 'off', word: 'parked' })
  })
})
