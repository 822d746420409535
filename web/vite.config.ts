import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Ships theme.js as a blocking file of its own, since an inline script would break the content policy. */
function blockingTheme(): Plugin {
  const source = readFileSync(here('./src/theme.js'), 'utf8')
  const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8)
  const fileName = `assets/theme-${hash}.js`
  return {
    name: 'blocking-theme',
    buildStart() {
      if (this.environment?.mode !== 'dev') this.emitFile({ type: 'asset', fileName, source })
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.endsWith(fileName)) return next()
        response.setHeader('Content-Type', 'text/javascript')
        response.end(source)
      })
    },
    transformIndexHtml: (html, context) =>
      html.replace('<!--theme-->', `<script src="${context.server ? '/ui/' : './'}${fileName}"></script>`),
  }
}

export default defineConfig(({ command }) => ({
  base: command === 'serve' ? '/ui/' : './',
  plugins: [react(), tailwindcss(), blockingTheme()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: '../src/hookspan/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5173, proxy: { '/api': { target: 'http://127.0.0.1:8000', changeOrigin: false } } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
  },
}))
