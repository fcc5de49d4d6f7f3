/** The purchase that was placed a moment ago, so that the cashier need not ask for what the checkout was just told. */
import type { Purchase } from '@/api/types'

let last: Purchase | null = null

export function placed(purchase: Purchase): void {
  last = purchase
}

/** Once; whoever asks again wants to know what is true now. */
export function justPlaced(number: string): Purchase | null {
  const found = last?.number === number ? last : null
  last = null
  return found
}
