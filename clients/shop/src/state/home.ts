/** What the front page told: the brand, the shop to buy from, the ways to pay. Read once, when somebody needs it. */
import { shallowRef } from 'vue'
import { get } from '@/api/request'
import type { Home } from '@/api/types'

export const home = shallowRef<Home | null>(null)

/** The code of the shop that shelf and cart want. */
export async function shop(): Promise<string> {
  const known = home.value ?? (home.value = await get('/api/v1/storefront/home'))
  return known.shop
}
