/** Ends a run for good, after asking. */
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useCancelExecution } from '@/api/executions'
import { announce } from '@/parts/announce'
import { Button } from '@/parts/Button'
import { Confirm } from '@/parts/Confirm'

export function CancelButton({ id }: { id: string }) {
  const [asked, setAsked] = useState(false)
  const cancel = useCancelExecution(id)
  const confirm = () =>
    cancel.mutate(undefined, {
      onSuccess: () => {
        setAsked(false)
        announce('The execution was cancelled')
      },
    })
  return (
    <>
      <Button look="danger" dense={false} icon={Ban} onClick={() => setAsked(true)}>
        Cancel execution
      </Button>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title="Cancel this execution"
        verb="Cancel execution"
        keep="Keep it running"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={confirm}
      >
        Steps that run now are told to stop, steps that wait never start. What was already sent stays sent.
      </Confirm>
    </>
  )
}
