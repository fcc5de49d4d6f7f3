/** How things are said: money, times, and the states of the server in plain words. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | ''

export function yuan(fen: number): string {
  const text = (Math.abs(fen) / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')
  return `${fen < 0 ? '-' : ''}¥${text}`
}

export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** "12.5" is 1250 fen; null where it is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text.trim())
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null
}

const two = (value: number) => String(value).padStart(2, '0')

export function day(moment: string | null | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  const year = at.getFullYear() === new Date().getFullYear() ? '' : `${at.getFullYear()} 年 `
  return `${year}${at.getMonth() + 1} 月 ${at.getDate()} 日`
}

export function clock(moment: string | null | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  return `${day(moment)} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** 刚刚, 3 分钟前, 昨天 14:05, else the day. */
export function ago(moment: string | number | null | undefined, now = Date.now()): string {
  if (!moment) return ''
  const at = new Date(moment)
  const minutes = Math.floor((now - at.getTime()) / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes} 分钟前`
  const hour = `${two(at.getHours())}:${two(at.getMinutes())}`
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000)
  if (days === 0) return `今天 ${hour}`
  if (days === 1) return `昨天 ${hour}`
  return `${day(at.toISOString())} ${hour}`
}

/** 1231 is the 31st of December. */
export function birthdayOf(monthDay: number | null | undefined): string {
  return monthDay ? `${Math.floor(monthDay / 100)} 月 ${monthDay % 100} 日` : ''
}

type Table = Record<string, [string, Tone]>
export const ORDER: Table = {
  placed: ['待付款', 'warn'], paid: ['待发货', 'info'], shipped: ['运送中', 'info'], delivered: ['已送达', 'good'],
  received: ['已收货', 'good'], cancelled: ['已取消', ''], refunded: ['已退款', ''],
}
export const PARCEL: Table = {
  to_pick: ['备货中', 'info'], packed: ['已打包', 'info'], shipped: ['已发出', 'info'], in_transit: ['运送中', 'info'],
  delivered: ['已送达', 'good'],
}

export const AWARD: Table = { held: ['待生效', 'warn'], given: ['已到账', 'good'], undone: ['已收回', ''] }

interface Award { benefit: string; amount: number; taken: number; state: string; at: string; comes_at: string | null }

/** How much an award is, less what refunds took back, and when it came or comes. */
export function awarded(award: Award): { much: string; when: string } {
  const said = (amount: number) => (award.benefit === 'cash' ? yuan(amount) : number(amount))
  const left = award.state === 'undone' ? award.amount : award.amount - award.taken
  const held = award.comes_at ? `${day(award.comes_at)} 到账` : '确认收货后到账'
  const when = [ago(award.at), award.state === 'held' ? held : '', award.taken && award.state !== 'undone' ? `因退款收回 ${said(award.taken)}` : '']
  return { much: `+${said(left)}`, when: when.filter(Boolean).join(' · ') }
}

export const KIND: Record<string, string> = { refund: '仅退款', return: '退货退款', exchange: '换货', repair: '维修' }

export function told(table: Table, state: string): [string, Tone] {
  return table[state] ?? [state, '']
}
