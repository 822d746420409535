import { afterEach, expect, it, vi } from 'vitest'
import { answering } from '@/test/answers'
import { ApiError, api, body, errorOf, onSignedOut, Unreachable } from './client'

afterEach(() => vi.unstubAllGlobals())

const response = new Response(null, { status: 422, headers: { 'X-Request-Id': 'req-1' } })

it.each([
  [{ message: 'Invalid username or password' }, 'Invalid username or password', 'http_422'],
  [{ error: 'bad path', code: 'path_taken', details: { path: 'is taken' } }, 'bad path', 'path_taken'],
  [
    { title: 'Conflict', detail: 'is disabled', code: 'endpoint_disabled' },
    'is disabled',
    'endpoint_disabled',
  ],
  ['<html>', 'The server answered 422', 'http_422'],
])('%j is read as "%s"', (document, message, code) => {
  expect(errorOf(response, document)).toMatchObject({ message, code, status: 422, requestId: 'req-1' })
})

it('field errors come from both shapes', () => {
  const old = errorOf(response, { error: 'x', details: { path: 'is taken' } })
  const problem = errorOf(response, { errors: [{ pointer: '/url', code: 'invalid_url', detail: 'no host' }] })

  expect([old.fields[0]?.pointer, problem.fields[0]?.pointer]).toEqual(['/path', '/url'])
})

it('an answer is unwrapped and a refusal is thrown', async () => {
  answering({
    'GET /api/v1/me': { json: { username: 'ops' } },
    'GET /api/v1/meta': { status: 403, json: { detail: 'no', code: 'forbidden' } },
  })

  expect(await body(api.GET('/api/v1/me'))).toEqual({ username: 'ops' })
  await expect(body(api.GET('/api/v1/meta'))).rejects.toThrow(ApiError)
})

it('every unsafe request carries a key of its own against doubling', async () => {
  const seen = answering({ 'POST /api/auth/logout': { json: {} } })

  await api.POST('/api/auth/logout', {})
  await api.POST('/api/auth/logout', {})

  const keys = seen.map((request) => request.headers.get('Idempotency-Key'))
  expect(new Set(keys).size).toBe(2)
  expect(keys).not.toContain(null)
})

it('an ended session is told, a wrong password is not', async () => {
  answering({
    'GET /api/v1/me': { status: 401, json: {} },
    'POST /api/auth/login': { status: 401, json: {} },
  })
  const told = vi.fn()
  const leave = onSignedOut(told)

  await api.POST('/api/auth/login', { body: { username: 'a', password: 'b' } })
  expect(told).not.toHaveBeenCalled()
  await api.GET('/api/v1/me')

  expect(told).toHaveBeenCalledOnce()
  leave()
})

it('a server that does not answer is told apart from one that refuses', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')))

  await expect(api.GET('/api/v1/me')).rejects.toThrow(Unreachable)
})
