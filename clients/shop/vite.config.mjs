// One source, two products: `uni build` makes H5, `uni build -p mp-weixin` the mini-program. See scripts/build.mjs.
import path from 'node:path'
import { defineConfig } from 'vite'
import plugin from '@dcloudio/vite-plugin-uni'

const uni = plugin.default ?? plugin
const own = (file) => path.resolve(__dirname, 'src', file)

/** The kit's icon draws a font from somebody else's server; wherever it asks for one, it gets ours. */
const ourIcons = {
  name: 'liuke:our-icons',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source.endsWith('wd-icon/wd-icon.vue') && importer?.includes('wot-design-uni')) return own('parts/l-kit-icon.vue')
    return null
  },
}

/** In a browser the pages where people arrive are in the entry: one file on the way instead of twenty small ones. */
const arrivals = {
  name: 'liuke:arrivals',
  enforce: 'pre',
  transform(code, id) {
    if (process.env.UNI_PLATFORM !== 'h5' || id !== own('main.ts')) return null
    return `import home from '@/pages/home.vue'; import product from '@/pages/product.vue'; globalThis.arrivals = [home, product]; ${code}`
  },
}

export default defineConfig({
  define: { __LIUKE_URL__: JSON.stringify(process.env.LIUKE_URL ?? 'https://localhost') },   // the mini-program has no host of its own
  plugins: [ourIcons, arrivals, uni()],
  build: { chunkSizeWarningLimit: 600, reportCompressedSize: false },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: Object.fromEntries(['/api', '/media', '/draws', '/pay', '/r'].map((way) => [way, process.env.LIUKE_URL ?? 'http://127.0.0.1:8000'])),
  },
})
