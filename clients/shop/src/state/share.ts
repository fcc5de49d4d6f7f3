/** The customer's own link tokens, so that what is shared counts. */
import { get, post } from '@/api/request'
import { recall, remember } from '@/api/store'
import { loggedIn } from './session'
import type { Of } from '@/api/types'

export type Link = Of<'LinkOut'>

/** The token of the link to the whole shop, when it was made before; making one is `myLink`. */
export function shareToken(): string {
  return loggedIn() ? recall('share-token', '') : ''
}

export async function myLink(product?: number, group = ''): Promise<Link> {
  const to = product ? { landing: 'product', product_id: product } : { landing: group ? 'group' : 'home' }
  const link = await post('/api/v1/referral/links', { body: { name: '', target: group, ...to } })
  if (!product && !group) remember('share-token', link.token)
  return link
}

export const links = () => get('/api/v1/referral/links')

/** What is shared: the welcome page notes the visit and leads into the shop. */
export function linkAddress(token: string): string {
  return process.env.UNI_PLATFORM === 'h5' ? `${window.location.origin}/r/${token}` : `/pages/home?from=${token}`
}
