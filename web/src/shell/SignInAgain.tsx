/** A session that ends mid-work asks for the password over the page, so nothing on it is lost. */
import { Dialog } from 'radix-ui'
import { useState, useSyncExternalStore } from 'react'
import { onSignedOut } from '@/api/client'
import { useFocusReturn } from '@/lib/focus'
import { useHub } from '@/lib/use-live'
import { SignInForm } from './SignInForm'

let endings = 0

function subscribe(listener: () => void): () => void {
  return onSignedOut(() => {
    endings += 1
    listener()
  })
}

export function SignInAgain() {
  const hub = useHub()
  const focusReturn = useFocusReturn()
  const count = useSyncExternalStore(subscribe, () => endings)
  const [answered, setAnswered] = useState(count)
  const resume = () => {
    setAnswered(endings)
    hub?.start()
  }
  return (
    <Dialog.Root open={count > answered}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          {...focusReturn}
          className="layer fixed top-1/2 left-1/2 z-50 w-login max-w-full -translate-1/2 rounded-lg border border-line bg-surface p-6 shadow-high"
        >
          <Dialog.Title className="text-lg">Sign in again</Dialog.Title>
          <Dialog.Description className="pb-4 text-muted">
            Your session ended. The page stays as it is.
          </Dialog.Description>
          <SignInForm onDone={resume} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
