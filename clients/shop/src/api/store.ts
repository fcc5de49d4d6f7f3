/** The device's own memory, in one place: `uni` keeps it in local storage on H5 and in the mini-program's storage. */
export function recall<T>(name: string, otherwise: T): T {
  const kept = uni.getStorageSync(`liuke:${name}`) as T | ''
  return kept === '' || kept === undefined || kept === null ? otherwise : kept
}

export function remember(name: string, value: unknown): void {
  try {
    uni.setStorageSync(`liuke:${name}`, value)
  } catch {
    // full or forbidden storage: the page works on, it only forgets
  }
}

export function forget(name: string): void {
  uni.removeStorageSync(`liuke:${name}`)
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A random text; from the device's cryptographic source where there is one. */
export function random(length: number): string {
  const bytes = new Uint8Array(length)
  const source = typeof crypto === 'undefined' ? undefined : crypto
  if (source?.getRandomValues) source.getRandomValues(bytes)
  else bytes.forEach((_, at) => { bytes[at] = Math.floor(Math.random() * 256) })
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')
}
