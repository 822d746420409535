/** Every query key, from the widest to the narrowest, so that one prefix empties a family. */

export const eventKeys = {
  all: ['events'] as const,
  lists: ['events', 'list'] as const,
  list: (filters: object) => ['events', 'list', filters] as const,
  detail: (id: string) => ['events', 'detail', id] as const,
  deliveries: (id: string) => ['events', 'deliveries', id] as const,
  request: (id: string) => ['events', 'request', id] as const,
  payload: (id: string) => ['events', 'payload', id] as const,
}

export const deliveryKeys = {
  all: ['deliveries'] as const,
  attempts: (id: string) => ['deliveries', 'attempts', id] as const,
  body: (id: string) => ['deliveries', 'body', id] as const,
}

export const executionKeys = {
  all: ['executions'] as const,
  lists: ['executions', 'list'] as const,
  list: (filters: object) => ['executions', 'list', filters] as const,
  detail: (id: string) => ['executions', 'detail', id] as const,
}

export const statsKeys = {
  all: ['stats'] as const,
  window: (window: string) => ['stats', window] as const,
}

export const setupKeys = {
  all: ['setup'] as const,
  sources: ['setup', 'sources'] as const,
  endpoints: ['setup', 'endpoints'] as const,
  delivery: ['setup', 'delivery'] as const,
}
