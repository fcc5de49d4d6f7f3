/** Idempotency keys that outlive the page: the same wish is sent under the same key, whatever happens in between. */
import { random, recall, remember } from '@/api/store'

interface Kept { key: string; wish: string }

/** The key for this wish: the one kept while the wish is the same (also after a restart), else a fresh one. */
export function keyFor(name: string, wish: unknown): string {
  const said = JSON.stringify(wish)
  const old = recall<Kept | null>(`key:${name}`, null)
  if (old && old.wish === said) return old.key
  const key = `${name}-${random(24)}`
  remember(`key:${name}`, { key, wish: said })
  return key
}

/** What was wished is done, or shall be done anew. */
export function newKey(name: string): void {
  remember(`key:${name}`, null)
}
