/** Files behind the login, on H5: fetched with the token, then saved or shown from memory. */
import { hooks } from './request'
import { Trouble, refused } from './trouble'
import type { Of } from './types'

const MOST_BYTES = 10 * 1024 * 1024                    // what the server takes at once
const ENDINGS = ['pdf', 'docx', 'xlsx', 'pptx', 'txt', 'mp4']

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

export function weight(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** One file that the person picked, or nothing; a sentence where it cannot be taken. The server looks at its content again. */
export async function chosenFile(): Promise<string> {
  const found = await new Promise<{ path: string; name: string; size: number } | null>((resolve) => {
    const fail = () => resolve(null)
    // #ifdef H5
    uni.chooseFile({
      count: 1, extension: ENDINGS.map((ending) => `.${ending}`), fail,
      success: (picked) => resolve({ ...one(picked.tempFiles), path: (picked.tempFilePaths as string[])[0] ?? '' }),
    })
    // #endif
    // #ifdef MP-WEIXIN
    wx.chooseMessageFile({ count: 1, type: 'file', extension: ENDINGS, fail, success: (picked: { tempFiles: unknown }) => resolve(one(picked.tempFiles)) })
    // #endif
  })
  const why = !found ? '' : !ENDINGS.includes(found.name.split('.').pop()?.toLowerCase() ?? '') ? '可以发送 PDF、Word、Excel、PPT、文本和 MP4，照片请用相机按钮'
    : found.size > MOST_BYTES ? '文件超过 10 MB，请压缩后再发' : ''
  if (why) uni.showToast({ title: why, icon: 'none', duration: 4_000 })
  return why || !found ? '' : found.path
}

function one(files: unknown): { path: string; name: string; size: number } {
  const { path, name, size } = (files as { path: string; name: string; size: number }[])[0] ?? { path: '', name: '', size: 0 }
  return { path, name, size }
}

/** Saved by a browser; shown by WeChat where it can. Raises Trouble. */
export async function openFile(file: Of<'EnclosedOut'>): Promise<void> {
  const where = `/api/v1/desk/files/${file.id}`
  if (process.env.UNI_PLATFORM === 'h5') return saveAs(where, file.name)
  if (file.kind === 'txt') throw new Trouble('not_here', '微信里打不开文本文件，请用浏览器打开商城后下载')
  const { tempFilePath, statusCode } = await new Promise<{ tempFilePath: string; statusCode: number }>((resolve, reject) => uni.downloadFile({
    url: hooks.base + where, header: hooks.headers(), success: resolve, fail: () => reject(new Trouble('offline')),
  }))
  if (statusCode !== 200) throw refused(statusCode, null)
  await new Promise<void>((resolve, reject) => {
    const done = { success: () => resolve(), fail: () => reject(new Trouble('not_here', '微信打不开这个文件，请用浏览器打开商城后下载')) }
    if (file.kind === 'mp4') wx.previewMedia({ sources: [{ url: tempFilePath, type: 'video' }], ...done })
    else uni.openDocument({ filePath: tempFilePath, fileType: file.kind as 'pdf', showMenu: true, ...done })
  })
}
