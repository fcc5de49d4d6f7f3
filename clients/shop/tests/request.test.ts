import { beforeEach, describe, expect, it, vi } from 'vitest'
import { host } from './host'

const good = (data: unknown) => ({ status: 200, data })
beforeEach(() => { vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 }) })

describe('asking the server', () => {
  it('repeats a read that was not answered, and keeps what it said', async () => {
    const { before, get } = await import('@/api/request')
    host.answers.push('offline', 'timeout', good([{ id: 1 }]))

    expect(await get('/api/v1/shop/categories')).toEqual([{ id: 1 }])

    expect(host.asked.length).toBe(3)
    expect(before('/api/v1/shop/categories')?.data).toEqual([{ id: 1 }])
  })

  it('never repeats a write without a key: the first may have had its effect', async () => {
    const { post } = await import('@/api/request')
    host.answers.push('timeout', good({}))

    await expect(post('/api/v1/shop/cart', { body: { shop: 'S', sku_id: 1, quantity: 1 } })).rejects.toMatchObject({ code: 'slow' })

    expect(host.asked.length).toBe(1)
  })

  it('repeats a write under the same key', async () => {
    const { post } = await import('@/api/request')
    host.answers.push('offline', { status: 502 }, good({ number: 'G1' }))

    await post('/api/v1/shop/purchases/{number}/pay', { path: { number: 'G 1' }, body: { provider: 'demo', way: 'page', payer: '' }, key: 'pay-12345' })

    expect(host.asked.map((each) => each.header['Idempotency-Key'])).toEqual(['pay-12345', 'pay-12345', 'pay-12345'])
    expect(host.asked[0]?.url).toContain('/purchases/G%201/pay')
  })

  it('does not repeat what the server has refused, and shows its sentence', async () => {
    const { get } = await import('@/api/request')
    host.answers.push({ status: 404, data: { code: 'not_found', message: '没有这个订单' } })

    await expect(get('/api/v1/shop/orders/{number}', { path: { number: 'X' } })).rejects.toMatchObject({ code: 'not_found', message: '没有这个订单', again: false })

    expect(host.asked.length).toBe(1)
  })

  it('drops a token that opens nothing any more, with all that was kept under it', async () => {
    host.storage.set('liuke:token', 'old')
    const { before, get } = await import('@/api/request')
    const { session } = await import('@/state/session')
    host.answers.push(good({ available: 5 }), { status: 401, data: { code: 'login_needed', message: '请先登录' } })
    await get('/api/v1/loyalty/points')
    expect(host.asked[0]?.header.Authorization).toBe('Bearer old')

    await expect(get('/api/v1/shop/orders')).rejects.toMatchObject({ code: 'login_needed' })

    expect([session.token, session.expired, before('/api/v1/loyalty/points')]).toEqual(['', true, null])
  })

  it('tells a server that restarts from one that has a bug', async () => {
    const { refused } = await import('@/api/trouble')

    expect([refused(502, '<html>').code, refused(503, null).unreachable, refused(500, null).code, refused(500, null).again]).toEqual(['away', true, 'broken', true])
  })
})

describe('keys', () => {
  it('are the same for the same wish, also after the page was opened again, and new when the wish changes', async () => {
    const first = (await import('@/state/keys')).keyFor('checkout', { points: 0 })
    vi.resetModules()
    const { keyFor, newKey } = await import('@/state/keys')

    expect(keyFor('checkout', { points: 0 })).toBe(first)
    const second = keyFor('checkout', { points: 5 })
    expect(second).not.toBe(first)
    newKey('checkout')
    expect(keyFor('checkout', { points: 5 })).not.toBe(second)
    expect(first.length).toBeGreaterThanOrEqual(8)
    expect(first.length).toBeLessThanOrEqual(80)
  })
})

describe('the guest', () => {
  it('has one token for one device until the cart was merged', async () => {
    const { hooks } = await import('@/api/request')
    const { logIn } = await import('@/state/session')
    const token = hooks.headers()['X-Cart-Token']
    host.answers.push(good({ token: 't', merged: 2 }))

    expect(hooks.headers()['X-Cart-Token']).toBe(token)
    expect(token?.length).toBeGreaterThanOrEqual(32)
    expect(await logIn('13800138000', '123456')).toBe(2)

    expect(host.asked[0]?.header['X-Cart-Token']).toBe(token)
    expect(hooks.headers()['X-Cart-Token']).not.toBe(token)
  })
})

describe('the goods that a conversation is about', () => {
  const about = { order: '', goods: [{ product: 'B1', name: '奶瓶' }], note: '', words: '', key: 'k' }

  it('are not named again when the server refused for good, and without a word', async () => {
    const { sayGoods } = await import('@/state/about')
    host.answers.push({ status: 409, data: { code: 'case_closed', message: '已关闭' } })

    expect(await sayGoods('C1', about, 0)).toBe(true)

    expect([host.asked.length, host.toasts.length]).toEqual([1, 0])
  })

  it('are worth another try when nobody answered, and told once it works', async () => {
    const { sayGoods } = await import('@/state/about')
    host.answers.push('offline', 'offline', 'offline')
    expect(await sayGoods('C1', about, 0)).toBe(false)

    host.answers.push(good({}))
    expect(await sayGoods('C1', about, 0)).toBe(true)

    expect(host.asked.at(-1)).toMatchObject({ method: 'PUT', data: '{"product":"B1","order":""}' })
  })
})
