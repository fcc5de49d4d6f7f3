/** A host for the tests: what `uni` gives on a device, small enough to be read, with answers that a test lines up. */
import { beforeEach, vi } from 'vitest'

export interface Asked { url: string; method: string; data?: string; header: Record<string, string> }
type Answer = { status: number; data?: unknown } | 'timeout' | 'offline'

export const host = { asked: [] as Asked[], answers: [] as Answer[], storage: new Map<string, unknown>(), toasts: [] as string[], went: [] as string[] }

const uni = {
  getStorageSync: (name: string) => structuredClone(host.storage.get(name)) ?? '',
  setStorageSync: (name: string, value: unknown) => { host.storage.set(name, structuredClone(value)) },
  removeStorageSync: (name: string) => { host.storage.delete(name) },
  request: (wish: Asked & { success: (answer: unknown) => void; fail: (why: unknown) => void }) => {
    host.asked.push({ url: wish.url, method: wish.method, data: wish.data, header: wish.header })
    const next = host.answers.shift() ?? 'offline'
    queueMicrotask(() => {
      if (next === 'timeout') wish.fail({ errMsg: 'request:fail timeout' })
      else if (next === 'offline') wish.fail({ errMsg: 'request:fail' })
      else wish.success({ statusCode: next.status, data: next.data })
    })
  },
  showToast: (wish: { title: string }) => { host.toasts.push(wish.title) },
  navigateTo: (wish: { url: string }) => { host.went.push(wish.url) },
  redirectTo: (wish: { url: string }) => { host.went.push(`replace ${wish.url}`) },
  switchTab: (wish: { url: string }) => { host.went.push(`tab ${wish.url}`) },
}
vi.stubGlobal('uni', uni)
vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/home' }])
vi.mock('@dcloudio/uni-app', () => Object.fromEntries(
  ['onShow', 'onHide', 'onLoad', 'onUnload', 'onPullDownRefresh', 'onReachBottom', 'onShareAppMessage', 'onShareTimeline', 'onLaunch'].map((name) => [name, () => undefined])))

beforeEach(() => {
  vi.resetModules()
  host.asked.length = host.answers.length = host.toasts.length = host.went.length = 0
  host.storage.clear()
})
