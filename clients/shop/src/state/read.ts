/** Reading for a page: first what was read before (marked), then what is true now; errors can be tried again. */
import { onPullDownRefresh } from '@dcloudio/uni-app'
import { reactive, shallowRef } from 'vue'
import { asTrouble, type Trouble } from '@/api/trouble'
import type { Kept } from '@/api/kept'

export interface Read<T> { data: T | null; trouble: Trouble | null; loading: boolean; keptAt: number }

/**
 * `ask` reads; `before` gives what was read last time. `load()` may be called again at any moment: of several answers
 * only the newest counts. Data that was shown once stays while a later read fails; `afresh()` reads after another wish,
 * so nothing of what was shown stays. `further(more)` puts a next page to what is shown, not while something is read.
 */
export function useRead<T>(ask: () => Promise<T>, before?: () => Kept<T> | null) {
  const data = shallowRef<T | null>(null)
  const read = reactive({ trouble: null as Trouble | null, loading: false, keptAt: 0 })
  let turn = 0

  const load = () => answer(ask, before)

  function afresh(): Promise<void> {
    data.value = null
    read.trouble = null
    read.keptAt = 0
    return load()
  }

  async function further(more: (shown: T) => Promise<T>): Promise<void> {
    const shown = data.value
    if (shown !== null && !read.loading) await answer(() => more(shown))
  }

  async function answer(what: () => Promise<T>, before?: () => Kept<T> | null): Promise<void> {
    const mine = turn += 1
    read.loading = true
    try {
      const found = await what()
      if (mine !== turn) return
      data.value = found
      read.trouble = null
      read.keptAt = 0
    } catch (error) {
      if (mine !== turn) return
      const trouble = asTrouble(error)
      const old = trouble.unreachable ? before?.() : null
      if (old && data.value === null) data.value = old.data
      if (old) read.keptAt = old.at
      read.trouble = trouble
    } finally {
      if (mine === turn) read.loading = false
    }
  }
  return { data, read, load, afresh, further }
}

export function refreshWith(load: () => Promise<unknown>): void {
  onPullDownRefresh(() => { load().finally(() => uni.stopPullDownRefresh()) })
}
