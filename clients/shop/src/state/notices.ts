/** Where a notice of the inbox leads. */
import type { Of } from '@/api/types'
import type { IconName } from '@/look/icons'

export type Notice = Of<'NoticeOut'>
interface Way { icon: IconName; to: string; with?: string }

const WAYS: Record<string, Way> = {
  order: { icon: 'truck', to: '/orders/order', with: 'number' }, return: { icon: 'back', to: '/orders/return', with: 'number' },
  gifts: { icon: 'gift', to: '/member/gifts' }, tier: { icon: 'star', to: '/member/tier' },
  points: { icon: 'clock', to: '/member/exchange' }, coupons: { icon: 'coupon', to: '/member/coupons' },
  rewards: { icon: 'wallet', to: '/share/rewards' }, payouts: { icon: 'card', to: '/share/payouts' },
}

export function wayOf(notice: Notice): { icon: IconName; to: string; query: Record<string, string> } {
  const way = WAYS[notice.about] ?? { icon: 'bell' as const, to: '' }
  return { icon: way.icon, to: way.to, query: way.with ? { [way.with]: notice.what } : {} }
}
