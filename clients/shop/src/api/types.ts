/** Names for what the doors answer; every shape comes from schema.d.ts, which is printed from docs/openapi.json. */
import type { components, paths } from './schema'

export type Paths = paths
export type Of<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Home = Of<'HomeOut'>
export type Block = Of<'BlockOut'>
export type ShelfItem = Of<'ShelfItemOut'>
export type Product = Of<'ProductOut'>
export type Sku = Of<'SkuOut'>
export type CartLine = Of<'CartLineOut'>
export type Address = Of<'AddressOut'>
export type Quote = Of<'QuoteOut'>
export type Choices = Of<'ChoicesOut'>
export type Coupon = Of<'CouponOut'>
export type Purchase = Of<'PurchaseOut'>
export type Order = Of<'OrderOut'>
export type OrderDetail = Of<'OrderDetailOut'>
export type Return = Of<'ReturnOut'>
export type Tier = Of<'MyTierOut'>
export type Draw = Of<'DrawOut'>
export type Played = Of<'PlayedOut'>
