/** The shop to buy from and the ways to pay: the page that Liuke serves tells them, else the front page is asked once. */
import { shallowRef } from 'vue'
import { get } from '@/api/request'
import type { Home } from '@/api/types'

export type Front = Pick<Home, 'shop' | 'ways'>
export const home = shallowRef<Home | null>(null)
let known: Front | null = null

export async function front(): Promise<Front> {
  return home.value ?? (known ??= told()) ?? (home.value = await get('/api/v1/storefront/home'))
}

/** The code of the shop that shelf and cart want. */
export async function shop(): Promise<string> {
  return (await front()).shop
}

function told(): Front | null {
  if (process.env.UNI_PLATFORM !== 'h5') return null
  try {
    return JSON.parse(document.querySelector('meta[name=liuke-front]')?.getAttribute('content') ?? '') as Front
  } catch {
    return null
  }
}
