/** The one way to the server: who asks, how long to wait, what to try again, and what a refusal means. */
import { kept, keep } from './kept'
import { Trouble, refused } from './trouble'
import type { Paths } from './types'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type WithMethod<M extends Method> = { [P in keyof Paths]: Paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof Paths]
type Door<P extends keyof Paths, M extends Method> = M extends keyof Paths[P] ? Paths[P][M] : never
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined
type Answer<T> = T extends { responses: { 200: infer Good } } ? Json<Good> : undefined
type Part<T, Name extends string> = T extends { parameters: Record<Name, infer Found> } ? Found : T extends { parameters: { [K in Name]?: infer Found } } ? Found : undefined
type Body<T> = T extends { requestBody: infer R } ? Json<R> : undefined
export interface Wish<T> { path?: Part<T, 'path'>; query?: Part<T, 'query'>; body?: Body<T>; key?: string }

const PATIENCE = [12_000, 15_000, 20_000]                    // milliseconds of each try
const PAUSES = [400, 1_500]
export const hooks = {
  base: '',
  headers: (): Record<string, string> => ({}),
  loggedOut: (): void => undefined,
}

export function get<P extends WithMethod<'get'>>(path: P, wish: Wish<Door<P, 'get'>> = {}) {
  return call(path, 'get', wish as Wish<unknown>) as Promise<Answer<Door<P, 'get'>>>
}
export function post<P extends WithMethod<'post'>>(path: P, wish: Wish<Door<P, 'post'>> = {}) {
  return call(path, 'post', wish as Wish<unknown>) as Promise<Answer<Door<P, 'post'>>>
}
export function put<P extends WithMethod<'put'>>(path: P, wish: Wish<Door<P, 'put'>> = {}) {
  return call(path, 'put', wish as Wish<unknown>) as Promise<Answer<Door<P, 'put'>>>
}
export function patch<P extends WithMethod<'patch'>>(path: P, wish: Wish<Door<P, 'patch'>> = {}) {
  return call(path, 'patch', wish as Wish<unknown>) as Promise<Answer<Door<P, 'patch'>>>
}
export function del<P extends WithMethod<'delete'>>(path: P, wish: Wish<Door<P, 'delete'>> = {}) {
  return call(path, 'delete', wish as Wish<unknown>) as Promise<Answer<Door<P, 'delete'>>>
}

/** The address of a door, with its path and query filled in. */
export function address(path: string, wish: { path?: unknown; query?: unknown } = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String((wish.path as Record<string, unknown>)?.[name] ?? '')))
  const asked = Object.entries((wish.query as Record<string, unknown>) ?? {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return filled + (asked.length ? `?${asked.join('&')}` : '')
}

/** The whole address of a picture that the server named by its path. */
export function whole(src: string): string {
  return src.startsWith('/') ? hooks.base + src : src
}

/** What a read answered last, for a page without a network. */
export function before<T>(path: string, wish: { path?: unknown; query?: unknown } = {}) {
  return kept<T>(address(path, wish))
}

async function call(path: string, method: Method, wish: Wish<unknown>): Promise<unknown> {
  const where = address(path, wish)
  const repeatable = method === 'get' || method === 'put' || method === 'delete' || wish.key !== undefined
  for (let turn = 0; ; turn += 1) {
    try {
      const answer = await once(where, method, wish, PATIENCE[Math.min(turn, PATIENCE.length - 1)] as number)
      if (method === 'get') keep(where, answer)
      return answer
    } catch (error) {
      const trouble = error as Trouble
      if (trouble.code === 'login_needed') hooks.loggedOut()
      const worth = trouble.unreachable || trouble.code === 'busy' || trouble.code === 'provider_away'
      if (!repeatable || !worth || turn >= PAUSES.length) throw trouble
      await new Promise((resolve) => setTimeout(resolve, PAUSES[turn]))
    }
  }
}

function once(where: string, method: Method, wish: Wish<unknown>, patience: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: hooks.base + where,
      method: method.toUpperCase() as 'GET',
      data: wish.body === undefined ? undefined : (JSON.stringify(wish.body) as unknown as object),
      header: {
        ...(wish.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(wish.key ? { 'Idempotency-Key': wish.key } : {}),
        ...hooks.headers(),
      },
      timeout: patience,
      success: (answer) => {
        if (answer.statusCode >= 200 && answer.statusCode < 300) resolve(answer.data)
        else reject(refused(answer.statusCode, answer.data))
      },
      fail: (why) => reject(new Trouble(/timeout/i.test(why.errMsg ?? '') ? 'slow' : 'offline')),
    })
  })
}

/** Send a picture of the person; again is another picture, unless a key says that it is the same. */
export function upload(where: string, file: string, key = ''): Promise<unknown> {
  return new Promise((resolve, reject) => {
    uni.uploadFile({
      url: hooks.base + where, filePath: file, name: 'file',
      header: { ...hooks.headers(), ...(key ? { 'Idempotency-Key': key } : {}) },
      success: (answer) => {
        let body: unknown = null
        try { body = JSON.parse(answer.data) } catch { /* a refusal without words */ }
        if (answer.statusCode < 300) resolve(body)
        else reject(refused(answer.statusCode, body))
      },
      fail: () => reject(new Trouble('offline')),
    })
  })
}
