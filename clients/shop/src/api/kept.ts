/** The last answers of reads, so that a page can be read without a network. Forgotten with the login. */
import { forget, recall, remember } from './store'

const MOST = 40
const LONGEST = 60_000                   // characters of one answer

export interface Kept<T> { at: number; data: T }

export function keep(address: string, data: unknown): void {
  if (JSON.stringify(data)?.length > LONGEST) return
  const names = recall<string[]>('kept', []).filter((name) => name !== address)
  names.unshift(address)
  names.splice(MOST).forEach((name) => forget(`kept:${name}`))
  remember(`kept:${address}`, { at: Date.now(), data })
  remember('kept', names)
}

export function kept<T>(address: string): Kept<T> | null {
  return recall<Kept<T> | null>(`kept:${address}`, null)
}

export function forgetKept(): void {
  recall<string[]>('kept', []).forEach((name) => forget(`kept:${name}`))
  forget('kept')
}
