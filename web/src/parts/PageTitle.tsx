/** The one `h1` of a page: it names the window and takes the focus when the page changes. */
import { type ReactNode, useEffect, useRef } from 'react'

let shownBefore: string | null = null

interface PageTitleProps {
  title: string
  /** Shown in place of the words, such as a title with a pill. */
  children?: ReactNode
}

export function PageTitle({ title, children }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · hookspan`
    const path = location.pathname
    if (shownBefore !== null && shownBefore !== path) heading.current?.focus({ preventScroll: true })
    shownBefore = path
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1} className="min-w-0 text-xl wrap-anywhere">
      {children ?? title}
    </h1>
  )
}
