/** Forward and back through a keyset list; there are no page numbers to go stale. */
import { ChevronLeft, ChevronRight, ChevronsLeft } from 'lucide-react'
import { formatPlural } from '@/lib/format'
import { Button } from './Button'

interface PagerProps {
  shown: number
  noun: string
  hasNext: boolean
  hasPrevious: boolean
  next: () => void
  previous: () => void
  first: () => void
}

export function Pager({ shown, noun, hasNext, hasPrevious, next, previous, first }: PagerProps) {
  return (
    <nav
      aria-label="Pages"
      className="flex items-center justify-between gap-3 border-t border-line px-4 py-2"
    >
      <span className="text-xs text-muted figures">
        {formatPlural(shown, noun)}
        {hasNext && ' on this page'}
      </span>
      <span className="flex gap-2">
        {hasPrevious && (
          <Button look="ghost" icon={ChevronsLeft} onClick={first}>
            Newest
          </Button>
        )}
        <Button icon={ChevronLeft} disabled={!hasPrevious} onClick={previous}>
          Newer
        </Button>
        <Button icon={ChevronRight} disabled={!hasNext} onClick={next}>
          Older
        </Button>
      </span>
    </nav>
  )
}
