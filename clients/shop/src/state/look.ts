/** Light, dark or as the device says; usual or large text. */
import { computed, reactive } from 'vue'
import { recall, remember } from '@/api/store'

export type Theme = 'auto' | 'light' | 'dark'
const kept = recall<{ theme: Theme; large: boolean }>('look', { theme: 'auto', large: false })
export const look = reactive({ ...kept, system: 'light' as 'light' | 'dark' })
export const isDark = computed(() => (look.theme === 'auto' ? look.system : look.theme) === 'dark')
export const lookClass = computed(() => `${isDark.value ? 'is-dark' : ''} ${look.large ? 'is-large' : ''}`)

export function applyLook(): void {
  const told = uni.getSystemInfoSync() as { osTheme?: string; hostTheme?: string }
  look.system = (told.hostTheme ?? told.osTheme) === 'dark' ? 'dark' : 'light'
  if (process.env.UNI_PLATFORM === 'h5') {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    look.system = dark.matches ? 'dark' : 'light'
    dark.addEventListener?.('change', (event) => { look.system = event.matches ? 'dark' : 'light'; paint() })
  } else {
    uni.onThemeChange?.((result) => { look.system = result.theme as 'light' | 'dark' })
  }
  paint()
}

export function setLook(change: Partial<{ theme: Theme; large: boolean }>): void {
  Object.assign(look, change)
  remember('look', { theme: look.theme, large: look.large })
  paint()
}

function paint(): void {
  if (process.env.UNI_PLATFORM === 'h5') document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light'
}

/** The bars above and below a page are the platform's own and are told the colours. */
export function paintBars(): void {
  const dark = isDark.value
  uni.setNavigationBarColor({
    frontColor: dark ? '#ffffff' : '#000000', backgroundColor: dark ? '#161513' : '#f8f7f4', fail: () => undefined,
  })
  uni.setTabBarStyle({
    color: dark ? '#a39c91' : '#6d675f', selectedColor: dark ? '#56c3a5' : '#0b6654',
    backgroundColor: dark ? '#211f1c' : '#ffffff', borderStyle: dark ? 'black' : 'white', fail: () => undefined,
  })
}
