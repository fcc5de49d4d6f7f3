/** A request about goods in plain words: what was done, where it is, what the customer can do next. */
import type { Return } from '@/api/types'
import type { Tone } from './words'

export const MOVES: Record<string, string> = {
  ask: '提交申请', asked: '提交申请', approve: '申请已同意', refuse: '申请未通过', withdraw: '您撤回了申请', send_back: '您已寄回商品',
  receive: '仓库收到商品', inspect: '检查完成', reject: '检查后未通过', replace: '换新已发出', diagnose: '正在检测', quote: '维修报价',
  accept_quote: '您同意了报价', await_payment: '等待支付维修费', payment: '维修费已付，开始维修', lapse: '超时未付，可重新答复报价',
  refuse_quote: '您没有同意报价，商品将寄回', repair: '维修完成', ship_out: '已寄出给您', arrive: '已送达', confirm: '您确认收到',
  refund: '退款已发起', refunded: '退款到账', refund_failed: '退款没有成功，我们正在处理',
}
const CLAIMS: Record<string, [string, Tone]> = {
  asked: ['等待答复', 'warn'], approved: ['已同意', 'info'], refused: ['未通过', ''], withdrawn: ['已撤回', ''], diagnosing: ['检测中', 'info'],
  quoted: ['待您答复报价', 'warn'], unpaid: ['待付维修费', 'warn'], repairing: ['维修中', 'info'], not_repaired: ['不维修，寄回', ''],
  repaired: ['已修好', 'good'], replaced: ['已换新', 'good'], refunding: ['退款中', 'info'], refunded: ['已退款', 'good'],
}
export const ACTS: Record<string, string> = { withdraw: '撤回申请', send_back: '填写寄回单号', accept_quote: '同意报价', refuse_quote: '不修了，寄回', confirm: '确认收到' }

/** One word for the whole request: of its line that is least far. */
export function standing(row: Return): [string, Tone] {
  if (row.closed_at) return ['已完成', 'good']
  const claims = row.lines.map((line) => line.claim)
  const first = Object.keys(CLAIMS).find((claim) => claims.includes(claim)) ?? row.state
  if (row.lines.some((line) => line.goods === 'way_out')) return ['寄回途中', 'info']
  return CLAIMS[first] ?? [first, '']
}

export function moves(row: Return): string[] {
  return [...new Set(row.lines.flatMap((line) => line.moves))].filter((move) => move in ACTS)
}
