/**
 * Webhooks in, by the names of the seed and no others. Elsewhere in the dashboard a webhook that
 * comes in is a Source; only this file says webhook.
 */
import { api, body } from './client'
import type { Schemas } from './types'

export interface Webhook {
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

export interface WebhookListResponse {
  data: Webhook[]
  total: number
  limit: number
  offset: number
}

export type WebhookListParams = {
  limit?: number
  offset?: number
  workflowId?: string
  enabled?: boolean
  status?: 'active' | 'paused' | 'disabled'
  q?: string
  sort?: string
}

export type WebhookInput = Schemas['WebhookInput']
export type WebhookPatch = Schemas['WebhookPatch']
export type TestPayload = Schemas['TestRequest']
export type TestResponse = Schemas['TestResponse']

export interface WebhookAPI {
  list(params?: WebhookListParams): Promise<WebhookListResponse>
  get(id: string): Promise<Webhook>
  create(input: WebhookInput): Promise<Webhook>
  update(id: string, input: WebhookPatch): Promise<Webhook>
  delete(id: string): Promise<void>
  regenerateSecret(id: string): Promise<{ secret: string }>
  test(id: string, payload: TestPayload): Promise<TestResponse>
}

const all = '/api/v1/webhooks'
const one = '/api/v1/webhooks/{webhook_id}'
const at = (id: string) => ({ params: { path: { webhook_id: id } } })

export const webhookAPI = {
  list: (params: WebhookListParams = {}) => body(api.GET(all, { params: { query: params } })),
  get: (id) => body(api.GET(one, at(id))),
  create: (input) => body(api.POST(all, { body: input })),
  update: (id, input) => body(api.PUT(one, { ...at(id), body: input })),
  delete: async (id) => {
    await body(api.DELETE(one, at(id)))
  },
  regenerateSecret: async (id) => {
    const { secret } = await body(api.POST(`${one}/regenerate-secret`, at(id)))
    return { secret }
  },
  test: (id, payload) => body(api.POST(`${one}/test`, { ...at(id), body: payload })),
} satisfies WebhookAPI
