/// <reference types="@dcloudio/types" />
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent<Record<string, unknown>, Record<string, unknown>, unknown>
  export default component
}
declare const process: { env: { UNI_PLATFORM: 'h5' | 'mp-weixin' } }
declare const __LIUKE_URL__: string
