/** Name and password; what was typed stays when it was wrong. */
import { useId } from 'react'
import { ApiError, Unreachable } from '@/api/client'
import { useSignIn } from '@/api/session'
import { Button } from '@/parts/Button'

function reasonOf(error: Error): string {
  if (error instanceof Unreachable) return 'The server does not answer. Check that it runs, then try again.'
  if (error instanceof ApiError && error.status === 429)
    return 'Too many attempts. Wait a moment, then try again.'
  return error.message
}

export function SignInForm({ onDone }: { onDone: () => void }) {
  const signIn = useSignIn()
  const problem = useId()
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget)
        const credentials = {
          username: String(typed.get('username')),
          password: String(typed.get('password')),
        }
        signIn.mutate(credentials, { onSuccess: onDone })
      }}
    >
      <Field
        name="username"
        label="Username"
        autoComplete="username"
        describedBy={signIn.error ? problem : undefined}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        describedBy={signIn.error ? problem : undefined}
      />
      {signIn.error && (
        <p id={problem} role="alert" className="rounded-sm bg-bad-tint px-3 py-2 text-bad">
          {reasonOf(signIn.error)}
        </p>
      )}
      <Button type="submit" look="primary" dense={false} busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  )
}

interface FieldProps {
  name: string
  label: string
  type?: 'text' | 'password'
  autoComplete: string
  describedBy: string | undefined
}

function Field({ name, label, type = 'text', autoComplete, describedBy }: FieldProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        required
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={describedBy !== undefined}
        aria-describedby={describedBy}
        className="h-control rounded-sm border border-line-strong bg-surface px-2 text-sm"
      />
    </div>
  )
}
