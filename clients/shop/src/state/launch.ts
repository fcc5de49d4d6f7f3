/** What happens once when the shop opens. */
import { hooks } from '@/api/request'
import { remember } from '@/api/store'
import { applyLook } from './look'
import { openedBy } from './invitation'

export function begin(options?: { query?: Record<string, unknown> }): void {
  hooks.base = process.env.UNI_PLATFORM === 'h5' ? window.location.origin : __LIUKE_URL__
  applyLook()
  openedBy(options?.query ?? {})
  if (process.env.UNI_PLATFORM === 'h5') {
    readWithoutNetwork()
    window.addEventListener('hashchange', (change) => { if (samePage(change.oldURL, change.newURL)) window.location.reload() })
  }
}

/** The router keeps a page when only its query is typed anew, and would go on showing the old goods. */
export function samePage(before: string, now: string): boolean {
  const [old, next] = [before, now].map((url) => (url.split('#')[1] ?? '').split('?'))
  return Boolean(next?.[0]) && old?.[0] === next?.[0] && old?.[1] !== next?.[1]
}

/** The shell of the shop stays readable without a network; what was read is kept by api/kept.ts. */
function readWithoutNetwork(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('./sw.js').catch(() => remember('sw', 'refused'))
}
