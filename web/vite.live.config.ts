import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Scripts that speak to a running server; a Python test starts one and calls this. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { environment: 'node', include: ['src/**/*.live.ts'] },
})
