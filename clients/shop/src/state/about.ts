/** What a conversation is about: a product, or an order with its goods. The words are for people, the goods for the matter. */
import { get, put } from '@/api/request'
import { asTrouble } from '@/api/trouble'
import { random } from '@/api/store'
import { shop } from './home'
import { ORDER, told, yuan } from './words'

export interface About { order: string; goods: { product: string; name: string }[]; note: string; words: string; key: string }

export async function aboutProduct(code: string): Promise<About> {
  const found = await get('/api/v1/shop/products/{code}', { path: { code }, query: { shop: await shop() } })
  return { order: '', goods: [{ product: code, name: found.name }], note: '您正在看的商品', words: `想咨询商品：${found.name}`, key: random(24) }
}

export async function aboutOrder(number: string): Promise<About> {
  const found = await get('/api/v1/shop/orders/{number}', { path: { number } })
  const goods = new Map(found.lines.filter((line) => line.product).map((line) => [line.product, { product: line.product, name: line.name }]))
  const names = found.lines.map((line) => line.name).join('、').slice(0, 60)
  return {
    order: number, goods: [...goods.values()], note: `${number} · ${yuan(found.total_fen)}`, key: random(24),
    words: `想咨询订单 ${number}（${names}，${yuan(found.total_fen)}，${told(ORDER, found.state)[0]}）`,
  }
}

/** Tell the matter which of the goods it is about; again is once. False when that is worth another try; a refusal is not. */
export async function sayGoods(number: string, about: About, at: number): Promise<boolean> {
  const goods = about.goods[at]
  if (!goods) return true
  try {
    await put('/api/v1/storefront/cases/{number}/goods', { path: { number }, body: { product: goods.product, order: about.order } })
    return true
  } catch (error) {
    return !asTrouble(error).again
  }
}
