/** Reads server-sent events from a byte stream (WHATWG HTML, section 9.2). */

export interface ServerEvent {
  id: string | null
  event: string
  data: string
}

/** Feeds text in any slices and gives the events that are complete. */
export class EventParser {
  private rest = ''
  private id: string | null = null
  private event = ''
  private data: string[] = []
  retryMs: number | null = null

  push(chunk: string): ServerEvent[] {
    const found: ServerEvent[] = []
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = this.line(line)
      if (event !== null) found.push(event)
    }
    return found
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch()
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'id' && !value.includes('\u0000')) this.id = value
    if (field === 'event') this.event = value
    if (field === 'data') this.data.push(value)
    if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
    return null
  }

  private dispatch(): ServerEvent | null {
    const { event, data } = this
    this.event = ''
    this.data = []
    if (data.length === 0 && event === '') return null
    return { id: this.id, event: event || 'message', data: data.join('\n') }
  }
}
