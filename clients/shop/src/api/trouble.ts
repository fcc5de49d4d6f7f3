/** What can go wrong, as one kind of error with a stable code, a sentence for the person, and whether again may help. */
const SENTENCES: Record<string, string> = {
  offline: '网络不通。请检查网络后重试，您填写的内容都还在。',
  slow: '网络太慢，还没有等到回答。请重试，重复点按不会重复下单或付款。',
  away: '商城正在恢复中，请稍等几秒再试。已提交的内容不会丢失。',
  broken: '商城出了问题，我们已经记录下来。请稍后再试。',
  busy: '当前购买人数较多，请稍后再试。',
  login_needed: '请先登录，登录后会回到这里。',
  not_found: '没有找到这项内容，它可能已下架，或者不属于您的账号。',
  price_changed: '价格刚刚有变化，请核对新的金额后再提交。',
  out_of_stock: '库存不够了，请减少件数或换一个规格。',
  too_many_requests: '操作太快了，请稍等一分钟。',
}
const AGAIN = new Set(['offline', 'slow', 'away', 'busy', 'broken', 'provider_away', 'too_many_requests'])

export class Trouble extends Error {
  constructor(readonly code: string, message = '', readonly status = 0) {
    super(SENTENCES[code] && !message ? SENTENCES[code] : message || SENTENCES.broken)
    this.name = 'Trouble'
  }

  /** Whether the very same request may succeed later. */
  get again(): boolean {
    return AGAIN.has(this.code)
  }

  /** Whether nobody answered at all: then what was read before may be shown. */
  get unreachable(): boolean {
    return ['offline', 'slow', 'away'].includes(this.code)
  }
}

/** What the server said, as a Trouble. Its own sentence comes first; ours stands in where it has none. */
export function refused(status: number, body: unknown): Trouble {
  const said = (body ?? {}) as { code?: unknown; message?: unknown }
  if (typeof said.code === 'string') return new Trouble(said.code, typeof said.message === 'string' ? said.message : '', status)
  return new Trouble(status >= 502 && status <= 504 ? 'away' : status === 404 ? 'not_found' : 'broken', '', status)
}

export function asTrouble(error: unknown): Trouble {
  return error instanceof Trouble ? error : new Trouble('broken')
}
