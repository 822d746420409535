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

/** Signs out and forgets every answer, so the next person sees none of them. */
export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => body(api.POST('/api/auth/logout', {})),
    onSettled: () => client.clear(),
  })
}
