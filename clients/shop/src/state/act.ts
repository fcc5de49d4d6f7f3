/** Doing something once: while it runs further taps are nothing, and what went wrong is said. */
import { ref } from 'vue'
import { asTrouble, type Trouble } from '@/api/trouble'
import { askLogin } from './go'

/** `run` gives true when it was done. A refusal is shown as a toast unless `on` takes it (returning true). */
export function useAct(on?: (trouble: Trouble) => boolean | void) {
  const busy = ref(false)
  async function run(what: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      await what()
      return true
    } catch (error) {
      const trouble = asTrouble(error)
      if (on?.(trouble)) return false
      if (trouble.code === 'login_needed') askLogin()
      else say(trouble.message)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}

export function say(words: string): void {
  uni.showToast({ title: words, icon: 'none', duration: 2600 })
}
