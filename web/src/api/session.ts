/** Who is signed in. The token lives in a cookie scripts cannot read. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, body } from './client'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/me', { signal })),
  staleTime: 60_000,
  retry: false,
})

export interface Credentials {
  username: string
  password: string
}

/** Signs in, then reads everything on screen again. */
export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (credentials: Credentials) =>
      body(api.POST('/api/auth/login', { params: { query: { cookie: true } }, body: credentials })),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Ends the session; the caller loads the page anew, which forgets every answer. */
export function useSignOut() {
  return useMutation({ mutationFn: () => body(api.POST('/api/auth/logout', {})) })
}
