/// <reference types="@dcloudio/types" />
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent<Record<string, unknown>, Record<string, unknown>, unknown>
  export default component
}
declare const process: { env: { UNI_PLATFORM: 'h5' | 'mp-weixin' } }
declare const __LIUKE_URL__: string
/** What WeChat has and uni does not pass on. */
declare const wx: {
  chooseMessageFile(wish: { count: number; type: 'file'; extension: string[]; success: (picked: { tempFiles: unknown }) => void; fail: () => void }): void
  previewMedia(wish: { sources: { url: string; type: 'video' }[]; success: () => void; fail: () => void }): void
}
