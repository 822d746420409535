/** Buttons: one look for what is meant, one for the rest, one for what destroys. */
import { clsx } from 'clsx'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'

const looks = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface text-text border-line hover:bg-off-tint',
  ghost: 'bg-transparent text-muted border-transparent hover:bg-off-tint hover:text-text',
  danger: 'bg-surface text-bad border-line hover:bg-bad-tint',
} as const

export type ButtonLook = keyof typeof looks

export function buttonClass(look: ButtonLook = 'plain', dense = true): string {
  return clsx(
    'calm inline-flex shrink-0 items-center justify-center gap-dot rounded-md border px-3 text-sm font-medium whitespace-nowrap',
    'disabled:cursor-not-allowed disabled:opacity-50',
    dense ? 'h-control-dense' : 'h-control',
    looks[look],
  )
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook
  icon?: LucideIcon
  dense?: boolean
  /** In flight: keeps its width, cannot be pressed twice. */
  busy?: boolean
}

export function Button({
  look = 'plain',
  icon: Icon,
  dense = true,
  busy = false,
  children,
  ...rest
}: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      className={clsx(buttonClass(look, dense), rest.className)}
    >
      {Shown && (
        <Shown aria-hidden="true" className={clsx('size-4 shrink-0', busy && 'turn')} strokeWidth={1.75} />
      )}
      {children}
    </button>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon
  name: string
}

/** Only for copy, close and menu, whose pictures need no word. */
export function IconButton({ icon: Icon, name, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...rest}
      className={clsx(
        'calm inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-off-tint hover:text-text',
        className,
      )}
    >
      <Icon aria-hidden="true" className="size-4" strokeWidth={1.75} />
    </button>
  )
}
