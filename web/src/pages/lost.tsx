/** When there is no such screen, or a screen fell over. */
import { Link, useRouter } from '@tanstack/react-router'
import { buttonClass } from '@/parts/Button'
import { ErrorState } from '@/parts/states'

export function NotFound() {
  return (
    <main className="mx-auto flex max-w-form flex-col gap-3 p-12">
      <h1 className="text-xl">No such page</h1>
      <p className="text-base text-muted">
        The address is not complete, or the page belongs to another version.
      </p>
      <div>
        <Link to="/" className={buttonClass('primary', false)}>
          Go to Home
        </Link>
      </div>
    </main>
  )
}

export function Crash({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <div className="mx-auto max-w-form p-12">
      <h1 className="text-xl">This page failed</h1>
      <ErrorState error={error} onRetry={() => void router.invalidate()} />
    </div>
  )
}
