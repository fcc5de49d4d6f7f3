/** Somebody's recommendation: a token in a shared address (`from`), or in the scene of a mini-program's code. */
import { post } from '@/api/request'
import { recall, remember } from '@/api/store'

export interface Invitation { landing: string; product: string }

const TOKEN = /^[A-Za-z0-9_-]{4,16}$/

/** The token in what the shop was opened with; a scene of at most 32 characters reads `t=TOKEN`. */
export function tokenIn(query: Record<string, unknown>): string {
  const scene = decodeURIComponent(String(query.scene ?? ''))
  const found = String(query.from ?? (scene.startsWith('t=') ? scene.slice(2) : ''))
  return TOKEN.test(found) ? found : ''
}

export function openedBy(query: Record<string, unknown>): void {
  if (query.invited) remember('invited', true)          // the welcome page has noted the visit in its cookie
  const token = tokenIn(query)
  if (token) noteVisit(token, Boolean(query.scene)).catch(() => undefined)
}

/** Tell the server once per opening, and keep the visitor for the login. */
export async function noteVisit(token: string, scanned: boolean): Promise<Invitation> {
  const opened = await post('/api/v1/referral/touches', { body: { token, visitor: recall('visitor', ''), qr: scanned, channel: '' } })
  remember('visitor', opened.visitor)
  remember('invited', true)
  return { landing: opened.landing, product: opened.product }
}
