/** A far side at `fetch`: a table of answers by method and path. */
import { vi } from 'vitest'

export interface Answer {
  status?: number
  json?: unknown
  text?: string
  headers?: Record<string, string>
}

export function answering(table: Record<string, Answer>) {
  const seen: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    seen.push(request)
    const answer = table[`${request.method} ${new URL(request.url).pathname}`] ?? { status: 404, json: {} }
    const text = answer.text ?? JSON.stringify(answer.json ?? null)
    return new Response(text, {
      status: answer.status ?? 200,
      headers: { 'Content-Type': 'application/json', ...answer.headers },
    })
  })
  return seen
}
