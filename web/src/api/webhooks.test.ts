import { afterEach, expect, expectTypeOf, it, vi } from 'vitest'
import { answering } from '@/test/answers'
import { ApiError } from './client'
import type { Schemas } from './types'
import {
  type TestResponse,
  type Webhook,
  type WebhookListResponse,
  type WebhookPatch,
  webhookAPI,
} from './webhooks'

afterEach(() => vi.unstubAllGlobals())

/** As the seed prints it. */
interface SeedWebhook {
  id: string
  tenantId: string
  workflowId: string
  nodeId: string
  path: string
  authType: 'none' | 'signature' | 'basic' | 'api_key'
  enabled: boolean
  createdAt: string
  updatedAt: string
  lastTriggeredAt?: string
}

it('the interface is the one of the seed, member by member', () => {
  expectTypeOf<Webhook>().toEqualTypeOf<SeedWebhook>()
})

it('what the server answers is such a webhook', () => {
  expectTypeOf<Schemas['Webhook']>().toExtend<Webhook>()
  expectTypeOf<Schemas['WebhookList']>().toExtend<WebhookListResponse>()
})

it('the calls give what the seed promises', () => {
  expectTypeOf(webhookAPI.list).returns.resolves.toExtend<WebhookListResponse>()
  expectTypeOf(webhookAPI.get).returns.resolves.toExtend<SeedWebhook>()
  expectTypeOf(webhookAPI.create).returns.resolves.toExtend<SeedWebhook>()
  expectTypeOf(webhookAPI.update).returns.resolves.toExtend<SeedWebhook>()
  expectTypeOf(webhookAPI.delete).returns.resolves.toEqualTypeOf<void>()
  expectTypeOf(webhookAPI.regenerateSecret).returns.resolves.toEqualTypeOf<{ secret: string }>()
  expectTypeOf(webhookAPI.test).returns.resolves.toEqualTypeOf<TestResponse>()
  expect(Object.keys(webhookAPI)).toEqual([
    'list',
    'get',
    'create',
    'update',
    'delete',
    'regenerateSecret',
    'test',
  ])
})

it('what our screens need beyond the seed is not lost', () => {
  expectTypeOf(webhookAPI.get).returns.resolves.toHaveProperty('priority')
  expectTypeOf<Awaited<ReturnType<typeof webhookAPI.get>>['name']>().toEqualTypeOf<string>()
})

it('every call has its route, and a secret comes alone', async () => {
  const seen = answering({
    'GET /api/v1/webhooks': { json: { data: [], total: 0, limit: 5, offset: 0 } },
    'PUT /api/v1/webhooks/w': { json: { id: 'w' } },
    'DELETE /api/v1/webhooks/w': { status: 204, text: '' },
    'POST /api/v1/webhooks/w/regenerate-secret': { json: { secret: 's', more: 1 } },
  })
  const patch = { name: 'Orders' } as WebhookPatch

  expect((await webhookAPI.list({ limit: 5, enabled: true })).limit).toBe(5)
  expect(seen[0]?.url).toMatch(/\?limit=5&enabled=true$/)
  expect(await webhookAPI.update('w', patch)).toEqual({ id: 'w' })
  expect(await webhookAPI.regenerateSecret('w')).toEqual({ secret: 's' })
  await expect(webhookAPI.get('gone')).rejects.toThrow(ApiError)
})
