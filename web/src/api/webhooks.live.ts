/** The seven calls against a running server; HOOKSPAN_URL and HOOKSPAN_KEY say which and as whom. */
import { beforeAll, expect, it, vi } from 'vitest'

const url = process.env.HOOKSPAN_URL ?? ''
const key = process.env.HOOKSPAN_KEY ?? ''
const overTheWire = globalThis.fetch
const raw: unknown[] = []
let calls: typeof import('./webhooks').webhookAPI

beforeAll(async () => {
  vi.stubGlobal('location', { href: `${url}/ui/` })
  vi.stubGlobal('document', { querySelector: () => null })
  vi.stubGlobal('fetch', async (request: Request) => {
    request.headers.set('Authorization', `Bearer ${key}`)
    const response = await overTheWire(request)
    if (request.url.endsWith('/regenerate-secret')) raw.push(await response.clone().json())
    return response
  })
  calls = (await import('./webhooks')).webhookAPI
})

it('a webhook lives through every call', async () => {
  const made = await calls.create({ name: 'Orders', authType: 'signature' })
  expect(made).toMatchObject({ authType: 'signature', enabled: true, workflowId: '', nodeId: 'trigger' })
  expect('lastTriggeredAt' in made).toBe(false)

  const read = await calls.get(made.id)
  expect(read).toMatchObject({ id: made.id, tenantId: made.tenantId, path: made.path, name: 'Orders' })

  const listed = await calls.list({ limit: 5, q: 'Orders', enabled: true })
  expect(listed).toMatchObject({ total: 1, limit: 5, offset: 0 })
  expect(listed.data[0]?.id).toBe(made.id)

  const changed = await calls.update(made.id, { name: 'Orders in' })
  expect(changed.name).toBe('Orders in')

  const fresh = await calls.regenerateSecret(made.id)
  expect(fresh.secret).not.toBe('')
  expect(raw).toEqual([fresh])

  const tested = await calls.test(made.id, { method: 'POST', body: { order: 1 }, sign: true, dryRun: false })
  expect(tested).toMatchObject({ success: true, statusCode: 202 })
  expect(tested.eventId).toBeTypeOf('string')

  expect(await calls.delete(made.id)).toBeUndefined()
  await expect(calls.get(made.id)).rejects.toMatchObject({ name: 'ApiError', status: 404 })
})
