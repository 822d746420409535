/** The way in, and back to where one came from. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { oneOf, parseSearch } from '@/lib/search-string'
import { Announcer } from '@/parts/announce'
import { PageTitle } from '@/parts/PageTitle'
import { Brand } from '@/shell/Navigation'
import { SignInForm } from '@/shell/SignInForm'

/** Only a path of ours: anything else would let a link send a fresh session elsewhere. */
export function safeTarget(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) && !to.startsWith('/login') ? to : '/'
}

export default function LoginPage() {
  const navigate = useNavigate()
  const search = useSearch({ from: '/login' })
  const [path = '/', query = ''] = safeTarget(oneOf(search.to)).split('?')
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-login max-w-full flex-col gap-4 rounded-lg border border-line bg-surface p-6 shadow-low">
        <div className="-mx-4 -mt-2">
          <Brand collapsed={false} />
        </div>
        <PageTitle title="Sign in" />
        <SignInForm onDone={() => void navigate({ to: path, search: parseSearch(query), replace: true })} />
      </div>
      <Announcer />
    </main>
  )
}
