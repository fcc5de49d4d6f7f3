/** How many pieces lie in the cart, for the mark on its sign: as the cart was last seen, and what was put in since. */
import { ref } from 'vue'
import type { CartLine } from '@/api/types'

export const cartCount = ref(0)

export function counted(lines: CartLine[]): CartLine[] {
  cartCount.value = lines.reduce((sum, line) => sum + line.quantity, 0)
  return lines
}
