/** The commands the empty pages offer, ready to paste once the key is set. */
import { useQuery } from '@tanstack/react-query'
import { metaQuery } from '@/api/stats'
import { apiRoot } from './base'

/** Where senders reach this instance, as its operator configured it. */
export function useBaseUrl(): string {
  const meta = useQuery(metaQuery)
  return (meta.data?.baseUrl ?? apiRoot()).replace(/\/$/, '')
}

function post(url: string, body: string): string {
  return [
    `curl ${url}`,
    '-H "Authorization: Bearer $HOOKSPAN_KEY"',
    "-H 'Content-Type: application/json'",
    `-d '${body}'`,
  ].join(' \\\n  ')
}

export const commands = {
  createSource: (base: string) =>
    post(`${base}/api/v1/webhooks`, '{"name":"First source","authType":"none"}'),
  sendRequest: (sourceUrl: string) =>
    `curl ${sourceUrl} \\\n  -H 'Content-Type: application/json' \\\n  -d '{"hello":"world"}'`,
  createEndpoint: (base: string) =>
    post(
      `${base}/api/v1/endpoints`,
      '{"name":"First endpoint","url":"https://example.com/hook","events":["*"]}',
    ),
  publishEvent: (base: string) => post(`${base}/api/v1/events`, '{"type":"custom","data":{"hello":"world"}}'),
  createWorkflow: (base: string) =>
    post(
      `${base}/api/v1/workflows`,
      '{"name":"First workflow","triggers":[{"id":"trigger","kind":"webhook"}],"steps":[{"id":"hello","name":"Hello","kind":"pass"}]}',
    ),
  runWorkflow: (base: string, id: string) =>
    post(`${base}/api/v1/workflows/${id}/executions`, '{"input":{"hello":"world"}}'),
}
