/** Every type of the inbound API by the name its contract gives it: the seed's own, the rest generated. */
import type { paths } from './schema.gen'
import type { Schemas } from './types'

export type {
  TestPayload,
  TestResponse,
  Webhook,
  WebhookInput,
  WebhookListParams,
  WebhookListResponse,
  WebhookPatch,
} from './webhooks'

type EventList = paths['/api/v1/webhooks/{webhook_id}/events']['get']

export type AuthType = Schemas['Webhook']['authType']
export type EventStatus = Schemas['WebhookEvent']['status']
export type WebhookEvent = Schemas['WebhookEvent']
export type EventMetadata = Schemas['EventMetadata']
export type EventListParams = NonNullable<EventList['parameters']['query']>
export type EventListResponse = Schemas['WebhookEventList']
export type ReplayResult = Schemas['ReplayResult']
export type BatchReplayResponse = Schemas['BatchReplayResponse']
export type WebhookFilter = Schemas['WebhookFilter']
export type FilterInput = Schemas['WebhookFilterInput']
export type FilterTest = Schemas['FilterTestInput']
export type FilterTestResult = Schemas['FilterTestResult']
export type EventType = Schemas['EventType']
export type RetentionPolicy = Schemas['Retention']
export type PriorityLevel = Schemas['PriorityLevel']
export type RejectedRequest = Schemas['RejectedRequest']
