import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { JsonView } from './JsonView'

const text =
  '{"id":12345678901234567890,"data":{"id":"evt_1","lines":[1,2,3]},"note":"<img src=x onerror=alert(1)>"}'

const lines = () => screen.getAllByRole('treeitem').map((line) => line.textContent)

it('a large number keeps all its digits', () => {
  render(<JsonView text={text} label="Data" />)

  expect(lines()).toContain('"id": 12345678901234567890,')
})

it('markup in a payload stays text', () => {
  const { container } = render(<JsonView text={text} label="Data" />)

  expect(container.querySelector('img')).toBeNull()
})

it('the arrow keys walk and fold', async () => {
  const user = userEvent.setup()
  render(<JsonView text={text} label="Data" />)
  screen.getByRole('tree', { name: 'Data' }).focus()

  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowLeft}')

  expect(screen.getByRole('treeitem', { selected: true })).toHaveAttribute('aria-expanded', 'false')
  expect(lines()[2]).toBe('"data": { … },2 keys')
})

it('the path of the chosen line can be copied', async () => {
  const user = userEvent.setup()
  const write = vi.spyOn(navigator.clipboard, 'writeText')
  render(<JsonView text={text} label="Data" />)

  await user.click(screen.getByText('"evt_1"'))
  await user.click(screen.getByRole('button', { name: 'Path' }))

  expect(write).toHaveBeenCalledWith('$.data.id')
})

it('text that is not JSON is shown as it is', () => {
  render(<JsonView text="{broken" label="Data" />)

  expect(screen.getByRole('region', { name: 'Data' })).toHaveTextContent('{broken')
})

it('a long document shows its beginning and offers the rest', async () => {
  const user = userEvent.setup()
  render(<JsonView text={JSON.stringify(Array.from({ length: 900 }, (_, index) => index))} label="Data" />)
  expect(screen.getAllByRole('treeitem')).toHaveLength(400)

  await user.click(screen.getByRole('button', { name: 'Show more of 902 lines' }))

  expect(screen.getAllByRole('treeitem')).toHaveLength(902)
})
