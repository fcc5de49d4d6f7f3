/** The address chosen for the next checkout, and the one that was just written. */
import { ref } from 'vue'
import type { Address } from '@/api/types'

export const chosenAddress = ref(0)
let written: Address | null = null

export function wrote(address: Address): void {
  written = address
  chosenAddress.value = address.id
}

/** The address that was written since the last question. */
export function takeWritten(): Address | null {
  const found = written
  written = null
  return found
}
