import { expect, it } from 'vitest'
import { modesOf } from '@/parts/BodyView'
import { decodeBase64, decodeText, hexDump } from './bytes'
import { curlOf } from './curl'

it('base64 gives back the very bytes', () => {
  expect([...decodeBase64('AP+A')]).toEqual([0, 255, 128])
})

it('bytes that are not text are not shown as text', () => {
  expect([decodeText(Uint8Array.of(0xff, 0xfe)), decodeText(Uint8Array.of(65, 0, 66))]).toEqual([null, null])
})

it('a dump shows offset, bytes and what can be printed', () => {
  expect(hexDump(new TextEncoder().encode('hook\n'))).toMatch(/^00000000 {2}68 6f 6f 6b 0a +hook·$/)
})

it.each([
  ['{"a":1}', 'text/plain', 'pretty'],
  ['a=1&b=2', 'application/x-www-form-urlencoded', 'form'],
  ['hello', 'text/plain', 'raw'],
  [null, 'image/png', 'hex'],
])('%j as %s opens as %s', (text, contentType, mode) => {
  expect(modesOf(text, contentType)[0]).toBe(mode)
})

it('a copied command survives quotes and leaves out what curl makes itself', () => {
  const command = curlOf({
    method: 'POST',
    url: 'https://a.example/x',
    headers: [
      ['Host', 'a'],
      ['X-A', "it's"],
    ],
    body: '{"q":"\'"}',
  })

  expect(command).toBe(
    `curl -X POST 'https://a.example/x' \\\n  -H 'X-A: it'\\''s' \\\n  --data-raw '{"q":"'\\''"}'`,
  )
})
