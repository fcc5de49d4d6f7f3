/** How many pieces lie in the cart, for the mark on its sign. */
import { ref } from 'vue'
import { get } from '@/api/request'
import type { CartLine } from '@/api/types'

export const cartCount = ref(0)
let told = false

export function counted(lines: CartLine[]): CartLine[] {
  told = true
  cartCount.value = lines.reduce((sum, line) => sum + line.quantity, 0)
  return lines
}

/** Asks the server once; again only when something was put in (`fresh`). Not knowing is no trouble. */
export async function countCart(fresh = false): Promise<void> {
  if (told && !fresh) return
  await get('/api/v1/shop/cart').then(counted, () => undefined)
}
