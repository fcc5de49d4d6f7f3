/** A case of the desk in plain words. */
import type { Of } from '@/api/types'
import { ago, clock, type Tone } from './words'

export type Case = Of<'CaseOut'>
export const CASE: Record<string, [string, Tone]> = {
  new: ['等待受理', 'warn'], open: ['处理中', 'info'], pending_customer: ['等您回复', 'warn'], pending_supplier: ['处理中', 'info'],
  pending: ['处理中', 'info'], on_hold: ['处理中', 'info'], solved: ['已解决', 'good'], closed: ['已结束', ''],
}
export const STEP: Record<string, string> = {
  opened: '收到您的问题', taken: '客服已接手', answered: '客服已答复', decided: '给出处理方案', solved: '已解决', closed: '已结束',
  pending_customer: '等您补充信息', open: '继续处理', reopened: '重新处理',
}

/** Cases that nobody has named yet go by their kind. */
const KINDS: Record<string, string> = {
  quality: '质量问题', logistics: '物流问题', usage: '使用问题', return: '退换', repair: '维修', complaint: '投诉', suggestion: '建议',
}
export const caseTitle = (each: Case) => each.title || KINDS[each.kind] || '您的问题'

/** Who has it, before `caseNext`, where that does not say it. */
export function caseOwner(each: Case): string {
  if (!each.taken_by) return '正在安排客服，'
  return each.next === 'you' || each.expected_at ? `${each.taken_by} 负责，` : ''
}

export function caseNext(each: Case): string {
  if (each.next === 'you') return '等您回复'
  if (each.expected_at) return `预计 ${clock(each.expected_at)} 前答复`
  return each.taken_by ? `${each.taken_by} 正在处理` : `${ago(each.opened_at)}提出`
}
