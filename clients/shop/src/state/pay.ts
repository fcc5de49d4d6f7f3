/** Ways to pay that this device can walk, and walking them. */
export interface Way { provider: string; way: string }
export interface Usable extends Way { word: string; note: string }

const WORDS: Record<string, [string, string]> = {
  'demo/page': ['演示收银台', '不会真的扣款'], 'wechat/h5': ['微信支付', '打开微信完成付款'], 'wechat/jsapi': ['微信支付', ''],
  'balance/balance': ['储值余额', '从您的余额里扣'],
}
const H5 = new Set(['demo/page', 'wechat/h5', 'balance/balance'])
const WEIXIN = new Set(['wechat/jsapi', 'balance/balance'])

/** Those of the shop's ways that can be used here. */
export function usable(ways: Way[]): Usable[] {
  const able = process.env.UNI_PLATFORM === 'h5' ? H5 : WEIXIN
  return ways.filter((each) => able.has(`${each.provider}/${each.way}`)).map((each) => {
    const [word, note] = WORDS[`${each.provider}/${each.way}`] ?? [each.provider, '']
    return { ...each, word, note }
  })
}

/** Hand over to the provider with what it prepared; the purchase then says what became of it. */
export async function pay(prepared: Record<string, string>): Promise<void> {
  const url = prepared.url ?? prepared.h5_url
  if (process.env.UNI_PLATFORM === 'h5') {
    if (url) window.location.href = url
    return
  }
  await new Promise<void>((resolve) => uni.requestPayment({
    provider: 'wxpay', orderInfo: '', ...(prepared as object), success: () => resolve(), fail: () => resolve(),
  } as UniApp.RequestPaymentOptions))
}

/** Ask WeChat to let the person take a transfer that waits for a yes. Only the mini-program can. */
export async function takeTransfer(words: Record<string, string>): Promise<void> {
  const { wx } = globalThis as unknown as { wx?: { requestMerchantTransfer?: (wish: object) => void } }
  await new Promise<void>((resolve) => {
    if (wx?.requestMerchantTransfer) wx.requestMerchantTransfer({ ...words, success: () => resolve(), fail: () => resolve() })
    else resolve()
  })
}
