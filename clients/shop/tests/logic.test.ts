import { describe, expect, it } from 'vitest'
import { host } from './host'

describe('words', () => {
  it('say money and numbers in groups, and fen exactly', async () => {
    const { number, yuan } = await import('@/state/words')

    expect([yuan(0), yuan(5), yuan(123_456), yuan(-1_990), number(1_234_567)]).toEqual(['¥0.00', '¥0.05', '¥1,234.56', '-¥19.90', '1,234,567'])
  })

  it('say times as people do', async () => {
    const { ago } = await import('@/state/words')
    const now = new Date(2026, 10, 22, 14, 5).getTime()
    const at = (minutes: number) => ago(now - minutes * 60_000, now)

    expect([at(0), at(3), at(65), at(24 * 60)]).toEqual(['刚刚', '3 分钟前', '今天 13:00', '昨天 14:05'])
  })
})

describe('an award', () => {
  it('says how much is left of it, and when it comes', async () => {
    const { awarded } = await import('@/state/words')
    const award = { benefit: 'points', amount: 1200, taken: 0, state: 'given', at: new Date().toISOString(), comes_at: null }

    expect(awarded(award)).toEqual({ much: '+1,200', when: '刚刚' })
    expect(awarded({ ...award, taken: 200 })).toEqual({ much: '+1,000', when: '刚刚 · 因退款收回 200' })
    expect(awarded({ ...award, state: 'held' }).when).toBe('刚刚 · 确认收货后到账')
    expect(awarded({ ...award, state: 'held', comes_at: `${new Date().getFullYear()}-12-09T04:00:00Z` }).when).toBe('刚刚 · 12 月 9 日 到账')
    expect(awarded({ ...award, benefit: 'cash', state: 'undone', amount: 888, taken: 888 })).toEqual({ much: '+¥8.88', when: '刚刚' })
  })
})

describe('an invitation', () => {
  it('is a short token in an address or a scene, and nothing else', async () => {
    const { tokenIn } = await import('@/state/invitation')

    expect(tokenIn({ from: 'Ab12-_' })).toBe('Ab12-_')
    expect(tokenIn({ scene: encodeURIComponent('t=Ab12cd34') })).toBe('Ab12cd34')
    expect([tokenIn({}), tokenIn({ from: '<script>' }), tokenIn({ scene: 'x=1' }), tokenIn({ from: 'a'.repeat(17) })]).toEqual(['', '', '', ''])
  })
})

describe('an address typed anew', () => {
  it('is read anew when its page lies open with another query, and going back to one is no typing', async () => {
    const { typedAnew } = await import('@/state/launch')
    const open = ['/pages/home', '/pages/product?code=A', '/buy/cashier?number=1']
    const typed = (rest: string) => typedAnew(open, `http://x/shop/#${rest}`)

    expect(typed('/pages/product?code=B')).toBe(true)
    expect(typed('/buy/cashier?number=2')).toBe(true)
    expect(typed('/pages/product?code=A')).toBe(false)
    expect([typed('/pages/cart'), typed('')]).toEqual([false, false])
  })
})

describe('reading', () => {
  it('shows what was read before, marked, when nobody answers, and the truth as soon as somebody does', async () => {
    const { useRead } = await import('@/state/read')
    const { Trouble } = await import('@/api/trouble')
    let fail = true
    const { data, read, load } = useRead(async () => { if (fail) throw new Trouble('offline'); return 'new' }, () => ({ at: 7, data: 'old' }))

    await load()
    expect([data.value, read.keptAt, read.trouble?.code]).toEqual(['old', 7, 'offline'])
    fail = false
    await load()
    expect([data.value, read.keptAt, read.trouble]).toEqual(['new', 0, null])
  })

  it('never shows old content for what is refused', async () => {
    const { useRead } = await import('@/state/read')
    const { Trouble } = await import('@/api/trouble')
    const { data, read, load } = useRead(async () => { throw new Trouble('not_found') }, () => ({ at: 7, data: 'old' }))

    await load()

    expect([data.value, read.keptAt]).toEqual([null, 0])
  })

  it('lets the newest of several answers count', async () => {
    const { useRead } = await import('@/state/read')
    const waiting: ((value: string) => void)[] = []
    const { data, load } = useRead(() => new Promise<string>((resolve) => waiting.push(resolve)))
    const [first, second] = [load(), load()]

    waiting[1]?.('second')
    waiting[0]?.('first')
    await Promise.all([first, second])

    expect(data.value).toBe('second')
  })

  it('shows nothing of another wish, nor appends a page of it that comes late', async () => {
    const { useRead } = await import('@/state/read')
    const { Trouble } = await import('@/api/trouble')
    let fail = false
    const { data, read, load, afresh, further } = useRead(async () => { if (fail) throw new Trouble('offline'); return ['a'] })
    const late: ((rows: string[]) => void)[] = []
    const more = () => further((shown) => new Promise((resolve) => late.push((rows) => resolve([...shown, ...rows]))))
    await more()
    await load()

    const next = more()
    await more()
    expect(late.length).toBe(1)
    late[0]?.(['b'])
    await next
    expect(data.value).toEqual(['a', 'b'])

    const page = more()
    fail = true
    const wished = afresh()
    expect([data.value, read.loading]).toEqual([null, true])
    late[1]?.(['of the former wish'])
    await Promise.all([page, wished])
    expect([data.value, read.loading, read.trouble?.code]).toEqual([null, false, 'offline'])
  })
})

describe('doing', () => {
  it('is done once however often it is tapped', async () => {
    const { useAct } = await import('@/state/act')
    const { run } = useAct()
    let done = 0
    const slow = () => run(async () => { done += 1; await Promise.resolve() })

    await Promise.all([slow(), slow(), slow()])

    expect(done).toBe(1)
  })

  it('leads to the login when it is needed, and says everything else', async () => {
    const { useAct } = await import('@/state/act')
    const { Trouble } = await import('@/api/trouble')
    const { run } = useAct()

    await run(async () => { throw new Trouble('login_needed') })
    await run(async () => { throw new Trouble('out_of_stock', '只剩 2 件') })

    expect([host.went, host.toasts]).toEqual([['/pages/login'], ['只剩 2 件']])
  })
})

describe('a request about goods', () => {
  it('is named by its line that is least far, and offers what the customer can do', async () => {
    const { moves, standing } = await import('@/state/returning')
    const row = (lines: object[], more = {}) => ({ state: '', closed_at: null, lines, ...more }) as never

    expect(standing(row([{ claim: 'refunded', goods: 'kept' }, { claim: 'asked', goods: 'customer' }]))[0]).toBe('等待答复')
    expect(standing(row([{ claim: 'repaired', goods: 'way_out' }]))[0]).toBe('寄回途中')
    expect(standing(row([], { closed_at: '2026-11-22T00:00:00Z' }))[0]).toBe('已完成')
    expect(moves(row([{ moves: ['withdraw', 'arrive'] }, { moves: ['withdraw'] }]))).toEqual(['withdraw'])
  })
})
