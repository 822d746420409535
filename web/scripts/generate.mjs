/** Makes src/api/schema.gen.ts from the committed openapi.json: `npm run generate`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

export const source = here('../../openapi.json')
export const target = here('../src/api/schema.gen.ts')

/** The types as text, equal for equal documents. What the server fills in may be left out of a body. */
export async function generated() {
  const document = JSON.parse(readFileSync(source, 'utf8'))
  const banner = '// Generated from openapi.json by `npm run generate`; edits are lost.\n\n'
  return banner + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(source)) {
    console.error('openapi.json is missing beside web/. Make it with `make generate`.')
    process.exit(1)
  }
  writeFileSync(target, await generated())
}
