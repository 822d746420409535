/** A request as a curl command that sends the same bytes; masked secrets stay masked. */

export interface CurlRequest {
  method: string
  url: string
  headers: readonly (readonly [string, string])[]
  body?: string | null
}

const skipped = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding'])

export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

export function curlOf({ method, url, headers, body }: CurlRequest): string {
  const lines = [`curl -X ${method} ${quote(url)}`]
  for (const [name, value] of headers) {
    if (!skipped.has(name.toLowerCase())) lines.push(`-H ${quote(`${name}: ${value}`)}`)
  }
  if (body) lines.push(`--data-raw ${quote(body)}`)
  return lines.join(' \\\n  ')
}
