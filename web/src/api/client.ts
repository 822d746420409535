/** One door to the API: base path, cookie, idempotency, and every error shape turned into `ApiError`. */
import createClient from 'openapi-fetch'
import { apiRoot } from '@/lib/base'
import type { paths } from './schema.gen'

export interface FieldError {
  pointer: string
  code: string
  detail: string
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly fields: FieldError[] = [],
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** The server cannot be reached at all; reads keep their old answer and say since when. */
export class Unreachable extends Error {}

type Listener = () => void
const signedOut = new Set<Listener>()

export function onSignedOut(listener: Listener): Listener {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export async function send(request: Request): Promise<Response> {
  if (unsafe.has(request.method)) request.headers.set('Idempotency-Key', crypto.randomUUID())
  const response = await fetch(request).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Unreachable('The server does not answer', { cause })
  })
  if (response.status === 401 && !request.url.includes('/api/auth/')) for (const tell of signedOut) tell()
  return response
}

export const api = createClient<paths>({
  baseUrl: apiRoot(),
  credentials: 'same-origin',
  fetch: send,
  querySerializer: { array: { style: 'form', explode: true } },
})

/** Raw bytes or text of a path the typed client does not parse, such as a payload. */
export async function fetchRaw(path: string, signal?: AbortSignal): Promise<Response> {
  const request = new Request(`${apiRoot()}${path}`, {
    credentials: 'same-origin',
    ...(signal ? { signal } : {}),
  })
  const response = await send(request)
  if (!response.ok) throw errorOf(response, await readError(response))
  return response
}

interface Answer<Data> {
  data?: Data | undefined
  error?: unknown
  response: Response
}

/** Unwraps an answer or throws what went wrong. */
export async function body<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call
  if (!response.ok) throw errorOf(response, error)
  return data as Data
}

async function readError(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Reads `{message}`, `{error, code, details}` and problem documents alike. */
export function errorOf(response: Response, document: unknown): ApiError {
  const shape = (typeof document === 'object' && document !== null ? document : {}) as Record<string, unknown>
  const words = [shape.detail, shape.message, shape.error, shape.title].find(
    (text) => typeof text === 'string',
  )
  const message = words ?? (response.statusText || `The server answered ${response.status}`)
  const code = typeof shape.code === 'string' ? shape.code : `http_${response.status}`
  const requestId =
    typeof shape.requestId === 'string' ? shape.requestId : response.headers.get('X-Request-Id')
  return new ApiError(response.status, code, String(message), requestId, fieldErrors(shape))
}

function fieldErrors(shape: Record<string, unknown>): FieldError[] {
  if (Array.isArray(shape.errors)) return shape.errors as FieldError[]
  if (typeof shape.details !== 'object' || shape.details === null) return []
  return Object.entries(shape.details).map(([field, detail]) => ({
    pointer: `/${field}`,
    code: 'invalid',
    detail: String(detail),
  }))
}
