/** The query string people can read and paste: `?status=failed&status=held`, no JSON inside. */

export type Search = Record<string, string | string[] | undefined>

export function parseSearch(text: string): Search {
  const found: Search = {}
  for (const [key, value] of new URLSearchParams(text)) {
    const before = found[key]
    found[key] = before === undefined ? value : [...listOf(before), value]
  }
  return found
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    for (const item of listOf(value)) if (item !== '') parameters.append(key, item)
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Any search value as the list of its spellings; absent is empty. */
export function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

export function oneOf(value: unknown): string | undefined {
  return listOf(value)[0]
}

/** The value if it is one of the choices, else the first choice. */
export function choiceOf<Choice extends string>(
  value: unknown,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  return choices.find((choice) => choice === value) ?? choices[0]
}
