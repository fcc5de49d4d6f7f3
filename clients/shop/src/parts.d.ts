/** The parts that templates use without importing them, so that `npm run check` knows what each takes. */
export {}

declare module 'vue' {
  interface GlobalComponents {
    LButton: typeof import('./parts/l-button.vue')['default']
    LCell: typeof import('./parts/l-cell.vue')['default']
    LCoupon: typeof import('./parts/l-coupon.vue')['default']
    LGoods: typeof import('./parts/l-goods.vue')['default']
    LIcon: typeof import('./parts/l-icon.vue')['default']
    LPage: typeof import('./parts/l-page.vue')['default']
    LPicker: typeof import('./parts/l-picker.vue')['default']
    LPicture: typeof import('./parts/l-picture.vue')['default']
    LPill: typeof import('./parts/l-pill.vue')['default']
    LPrice: typeof import('./parts/l-price.vue')['default']
    LRating: typeof import('./parts/l-rating.vue')['default']
    LSheet: typeof import('./parts/l-sheet.vue')['default']
    LStars: typeof import('./parts/l-stars.vue')['default']
    LState: typeof import('./parts/l-state.vue')['default']
    LStepper: typeof import('./parts/l-stepper.vue')['default']
    LStory: typeof import('./parts/l-story.vue')['default']
    LSwitch: typeof import('./parts/l-switch.vue')['default']
    LTick: typeof import('./parts/l-tick.vue')['default']
  }
}
