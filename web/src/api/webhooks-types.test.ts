import { expectTypeOf, it } from 'vitest'
import type * as inbound from './webhooks-types'

it('the types of the contract have the members it prints', () => {
  expectTypeOf<inbound.AuthType>().toEqualTypeOf<'none' | 'signature' | 'basic' | 'api_key'>()
  expectTypeOf<inbound.EventStatus>().toEqualTypeOf<
    'received' | 'processed' | 'filtered' | 'failed' | 'held'
  >()
  expectTypeOf<inbound.EventListResponse['data'][number]>().toEqualTypeOf<inbound.WebhookEvent>()
  expectTypeOf<inbound.WebhookEvent['metadata']>().toEqualTypeOf<inbound.EventMetadata>()
  expectTypeOf<inbound.EventListParams>().toHaveProperty('offset')
  expectTypeOf<inbound.BatchReplayResponse['results'][string]>().toEqualTypeOf<inbound.ReplayResult>()
})

it('what is sent has the members it needs', () => {
  expectTypeOf<
    Pick<inbound.WebhookFilter, 'fieldPath' | 'operator' | 'value'>
  >().toExtend<inbound.FilterInput>()
  expectTypeOf<{ payload: { total: number } }>().toExtend<Partial<inbound.FilterTest>>()
  expectTypeOf<inbound.FilterTestResult>().toHaveProperty('groups')
})

it('what is read has the members it promises', () => {
  expectTypeOf<inbound.RetentionPolicy['events']>().toExtend<{ days: number | null }>()
  expectTypeOf<inbound.PriorityLevel>().toHaveProperty('breaches24h')
  expectTypeOf<inbound.RejectedRequest>().toHaveProperty('cause')
  expectTypeOf<inbound.EventType>().toHaveProperty('schema')
})
