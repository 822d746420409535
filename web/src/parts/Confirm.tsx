/** Asks before what cannot be taken back; the buttons say what they do. */
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useFocusReturn } from '@/lib/focus'
import { Button } from './Button'

interface ConfirmProps {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** The verb of the act, and of not doing it. */
  verb: string
  keep: string
  busy: boolean
  error: Error | null
  onConfirm: () => void
}

export function Confirm({
  open,
  onClose,
  title,
  children,
  verb,
  keep,
  busy,
  error,
  onConfirm,
}: ConfirmProps) {
  const focusReturn = useFocusReturn()
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          {...focusReturn}
          className="layer fixed top-1/2 left-1/2 z-50 w-dialog max-w-full -translate-1/2 rounded-lg border border-line bg-surface p-6 shadow-high"
        >
          <Dialog.Title className="text-lg">{title}</Dialog.Title>
          <Dialog.Description className="py-2 text-base text-muted">{children}</Dialog.Description>
          {error && (
            <p role="alert" className="my-2 rounded-sm bg-bad-tint px-3 py-2 text-bad">
              {error.message}
            </p>
          )}
          <div className="flex justify-end gap-2 pt-4">
            <Button dense={false} onClick={onClose}>
              {keep}
            </Button>
            <Button look="danger" dense={false} busy={busy} onClick={onConfirm}>
              {verb}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
