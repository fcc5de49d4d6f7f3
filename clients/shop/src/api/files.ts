/** Files behind the login, on H5: fetched with the token, then saved or shown from memory. */
import { hooks } from './request'
import { refused } from './trouble'

/** Raises Trouble when the server refuses. */
export async function fetched(where: string, method: 'GET' | 'POST' = 'GET'): Promise<Blob> {
  const answer = await fetch(hooks.base + where, { method, headers: hooks.headers() })
  if (!answer.ok) throw refused(answer.status, await answer.json().catch(() => null))
  return answer.blob()
}

/** Save a file that is in memory under this name. */
export function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

export async function saveAs(where: string, name: string, method: 'GET' | 'POST' = 'GET'): Promise<void> {
  const url = URL.createObjectURL(await fetched(where, method))
  save(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A picture as an address that an image can show, on either platform. */
export async function shownPicture(where: string): Promise<string> {
  if (process.env.UNI_PLATFORM === 'h5') return URL.createObjectURL(await fetched(where))
  return new Promise((resolve, reject) => uni.downloadFile({
    url: hooks.base + where, header: hooks.headers(), success: (file) => resolve(file.tempFilePath), fail: reject,
  }))
}
