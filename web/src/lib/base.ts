/** Where the server mounted us, read from the page it stamped. */

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? ''
}

/** `/ui/` or `/hooks/ui/`; the development server leaves `./`, which means `/ui/`. */
export function uiBase(): string {
  const stamped = meta('base')
  return stamped.startsWith('/') ? stamped : '/ui/'
}

/** What stands before `/api`: empty at the root, `/hooks` under a prefix. */
export function apiBase(): string {
  return uiBase().replace(/\/ui\/?$/, '')
}

/** The absolute root of the API, which `Request` needs outside a browser. */
export function apiRoot(): string {
  return new URL(`${apiBase()}/`, location.href).href.replace(/\/$/, '')
}

export function version(): string {
  const stamped = meta('version')
  return stamped.startsWith('__') ? 'dev' : stamped
}

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
