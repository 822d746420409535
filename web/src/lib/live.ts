/**
 * The one live connection of a tab: frames in, stale query keys out. Screens subscribe to nothing
 * themselves. A hidden tab gives its connection back after 30 s, because browsers allow only six per
 * host over HTTP/1.1, and resumes where it left off by `Last-Event-ID`.
 */
import { type Effect, effectsOf, everything, type Frame } from './live-effects'
import { EventParser, type ServerEvent } from './sse'

export type LiveState = 'connecting' | 'live' | 'polling' | 'offline' | 'resting'

export interface LiveStatus {
  state: LiveState
  /** Frames were lost; the page has read everything again since. */
  gap: boolean
  /** When the last byte arrived, for "data is from". */
  heardAt: number | null
}

export type OpenStream = (lastEventId: string | null, signal: AbortSignal) => Promise<Response>

const REST_AFTER_MS = 30_000
const SILENCE_MS = 45_000
const POLL_MS = 10_000
const SETTLE_MS = 100
const BACKOFF_CEILING_MS = 30_000
const FAILURES_BEFORE_POLLING = 3

export class LiveHub {
  private status: LiveStatus = { state: 'connecting', gap: false, heardAt: null }
  private readonly listeners = new Set<() => void>()
  private readonly due = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly readAt = new Map<string, number>()
  private lastEventId: string | null = null
  private stream: AbortController | null = null
  private failures = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private restTimer: ReturnType<typeof setTimeout> | undefined
  private silenceTimer: ReturnType<typeof setTimeout> | undefined
  private pollTimer: ReturnType<typeof setInterval> | undefined

  constructor(
    private readonly open: OpenStream,
    private readonly stale: (key: readonly unknown[]) => void,
    private readonly jitter: () => number = Math.random,
  ) {}

  readonly get = (): LiveStatus => this.status

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  start(): void {
    if (this.stream !== null) return
    clearTimeout(this.retryTimer)
    void this.run()
  }

  stop(): void {
    this.stream?.abort()
    this.stream = null
    clearTimeout(this.retryTimer)
    clearTimeout(this.restTimer)
    clearTimeout(this.silenceTimer)
    this.poll(false)
  }

  /** The tab was hidden or shown. */
  visible(shown: boolean): void {
    clearTimeout(this.restTimer)
    if (shown) this.start()
    else this.restTimer = setTimeout(() => this.rest(), REST_AFTER_MS)
  }

  private rest(): void {
    this.stop()
    this.set({ state: 'resting' })
  }

  dismissGap(): void {
    this.set({ gap: false })
  }

  private async run(): Promise<void> {
    const stream = new AbortController()
    this.stream = stream
    let reached = false
    try {
      this.listen(stream)
      const response = await this.open(this.lastEventId, stream.signal)
      reached = true
      if (response.status === 401) this.end(stream)
      else if (response.ok && response.body !== null) await this.read(response.body, stream)
    } catch {
      // Whatever ended the stream, the answer is the same: wait, then connect again.
    }
    if (this.stream === stream) this.failed(reached)
  }

  private end(stream: AbortController): void {
    if (this.stream === stream) this.stop()
  }

  private async read(bytes: ReadableStream<Uint8Array>, stream: AbortController): Promise<void> {
    const parser = new EventParser()
    const reader = bytes
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader()
    this.connected()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.stream !== stream) return
      this.listen(stream)
      for (const event of parser.push(value)) this.take(event)
    }
  }

  private connected(): void {
    this.poll(false)
    const reopened = this.failures > 0 || this.status.state === 'resting'
    this.failures = 0
    this.set({ state: 'live', heardAt: Date.now() })
    if (reopened && this.lastEventId === null) this.staleAll()
  }

  private listen(stream: AbortController): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => stream.abort(), SILENCE_MS)
    if (this.status.state === 'live') this.status.heardAt = Date.now()
  }

  private failed(reached: boolean): void {
    this.stream = null
    clearTimeout(this.silenceTimer)
    this.failures += 1
    const state = this.stateAfterFailure(reached)
    this.poll(state === 'polling')
    this.set({ state })
    const wait = Math.min(BACKOFF_CEILING_MS, 1000 * 2 ** (this.failures - 1))
    this.retryTimer = setTimeout(() => this.start(), wait * (0.8 + 0.4 * this.jitter()))
  }

  private stateAfterFailure(reached: boolean): LiveState {
    if (!reached) return this.failures > 1 ? 'offline' : 'connecting'
    return this.failures >= FAILURES_BEFORE_POLLING ? 'polling' : 'connecting'
  }

  private poll(wanted: boolean): void {
    if (wanted === (this.pollTimer !== undefined)) return
    clearInterval(this.pollTimer)
    this.pollTimer = wanted ? setInterval(() => this.staleAll(), POLL_MS) : undefined
  }

  private take(event: ServerEvent): void {
    if (event.id !== null) this.lastEventId = event.id
    const frame = frameOf(event)
    if (event.event === 'gap' || frame?.type === 'gap') this.gap()
    else if (frame !== null) for (const effect of effectsOf(frame)) this.mark(effect)
  }

  private gap(): void {
    this.set({ gap: true })
    this.staleAll()
  }

  private staleAll(): void {
    for (const key of everything) this.stale(key)
  }

  /** Reads a key soon, and not again before its interval is over. */
  private mark({ key, everyMs }: Effect): void {
    const name = JSON.stringify(key)
    if (this.due.has(name)) return
    const passed = Date.now() - (this.readAt.get(name) ?? 0)
    const wait = Math.max(SETTLE_MS, everyMs - passed)
    const timer = setTimeout(() => {
      this.due.delete(name)
      this.readAt.set(name, Date.now())
      this.stale(key)
      if (this.readAt.size > 500) this.readAt.clear()
    }, wait)
    this.due.set(name, timer)
  }

  private set(change: Partial<LiveStatus>): void {
    const next = { ...this.status, ...change }
    const same = next.state === this.status.state && next.gap === this.status.gap
    this.status = next
    if (!same) for (const tell of this.listeners) tell()
  }
}

function frameOf(event: ServerEvent): Frame | null {
  try {
    const frame: unknown = JSON.parse(event.data)
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as Frame) : null
  } catch {
    return null
  }
}
