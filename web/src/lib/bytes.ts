/** Payload bytes as text, base64 and hex. */

export function decodeBase64(text: string): Uint8Array {
  const binary = atob(text)
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** The text of UTF-8 bytes, or `null` when they are not text. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\u0000') ? null : text
  } catch {
    return null
  }
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0')

/** Sixteen bytes a line: offset, bytes, printable characters. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = [...bytes.subarray(offset, offset + 16)]
    const left = row.map((byte) => hex(byte, 2)).join(' ')
    const right = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${hex(offset, 8)}  ${left.padEnd(47)}  ${right}`)
  }
  return lines.join('\n')
}
