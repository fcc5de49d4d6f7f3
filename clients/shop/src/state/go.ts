/** Ways between pages. A page is named by its path and what it needs to know. */
import { loggedIn } from './session'

const TABS = ['/pages/home', '/pages/categories', '/pages/service', '/pages/cart', '/pages/me']

export function address(path: string, query: Record<string, string | number> = {}): string {
  const asked = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return asked ? `${path}?${asked}` : path
}

export function go(path: string, query: Record<string, string | number> = {}): void {
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else uni.navigateTo({ url: address(path, query), fail: () => uni.redirectTo({ url: address(path, query) }) })
}

/** Take the place of this page, so that "back" does not lead to what is over. */
export function replace(path: string, query: Record<string, string | number> = {}): void {
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else uni.redirectTo({ url: address(path, query) })
}

export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: '/pages/home' })
}

/** To the form for who cannot log in; of the web alone. */
export function report(): void {
  window.location.href = '/report/'
}

/** To the login; afterwards one is back here. */
export function askLogin(): void {
  const here = getCurrentPages().slice(-1)[0] as { route?: string } | undefined
  if (here?.route !== 'pages/login') uni.navigateTo({ url: '/pages/login' })
}

/** For pages of one's own: true when somebody is logged in, else the login opens. */
export function mustLogIn(): boolean {
  if (loggedIn()) return true
  askLogin()
  return false
}
