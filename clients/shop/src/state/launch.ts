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
    window.addEventListener('hashchange', (change) => { if (typedAnew(opened(), change.newURL)) window.location.reload() })
  }
}

/** The addresses of the pages that lie open, one above the other. */
function opened(): string[] {
  return getCurrentPages().map((page) => (page as unknown as { $page: { fullPath: string } }).$page.fullPath)
}

/** The router keeps a page that is open when its address is typed with another query, and would show the old goods. */
export function typedAnew(open: string[], now: string): boolean {
  const address = now.split('#')[1] ?? ''
  const same = open.filter((each) => each.split('?')[0] === address.split('?')[0])
  return same.length > 0 && !same.includes(address)
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
