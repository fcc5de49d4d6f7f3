// Only Vue's own plugin here: uni's would replace what the tests stand in for (see tests/host.ts).
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const TAGS = new Set(['view', 'text', 'image', 'button', 'swiper', 'swiper-item', 'scroll-view', 'input', 'textarea', 'picker', 'switch'])

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => TAGS.has(tag) || tag.startsWith('wd-') } } })],
  resolve: { alias: { '@': path.resolve(__dirname, 'src') } },
  define: { __LIUKE_URL__: JSON.stringify('https://shop.example'), 'process.env.UNI_PLATFORM': JSON.stringify('h5') },
  test: { environment: 'jsdom', setupFiles: ['tests/host.ts'], include: ['tests/**/*.test.ts'] },
})
