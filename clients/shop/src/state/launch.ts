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
    nameForReaders()
    window.addEventListener('hashchange', (change) => { if (samePage(change.oldURL, change.newURL)) window.location.reload() })
  }
}

/** The router keeps a page when only its query is typed anew, and would go on showing the old goods. */
export function samePage(before: string, now: string): boolean {
  const [old, next] = [before, now].map((url) => (url.split('#')[1] ?? '').split('?'))
  return Boolean(next?.[0]) && old?.[0] === next?.[0] && old?.[1] !== next?.[1]
}

/** The platform hides its pictures and fields inside elements that carry our words; screen readers look inside. */
function nameForReaders(): void {
  const name = () => {
    document.querySelectorAll('img:not([alt])').forEach((each) => each.setAttribute('alt', ''))
    document.querySelectorAll('uni-input input:not([aria-label]), uni-textarea textarea:not([aria-label])').forEach((each) => {
      const host = each.closest('uni-input, uni-textarea')
      const hint = host?.getAttribute('aria-label') ?? host?.querySelector('[class*=placeholder]')?.textContent
      if (hint) each.setAttribute('aria-label', hint)
    })
  }
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
}

/** The shell of the shop stays readable without a network; what was read is kept by api/kept.ts. */
function readWithoutNetwork(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('./sw.js').catch(() => remember('sw', 'refused'))
}
